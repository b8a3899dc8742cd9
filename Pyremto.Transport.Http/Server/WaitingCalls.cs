using System.Collections.Concurrent;

namespace Pyremto;

/// <summary>The requests that wait for work, so that their callers can give them up. Thread-safe.</summary>
internal sealed class WaitingCalls
{
    private readonly ConcurrentDictionary<(string? Worker, string RequestId), Entry> _entries = new();

    /// <summary>A request begins to wait; it waits no more when what is returned is disposed.</summary>
    /// <param name="request">The request; one without an id cannot be given up by name.</param>
    /// <param name="end">Ends it.</param>
    public Entry Enter(ExchangeRequest request, CancellationTokenSource end)
    {
        var entry = new Entry(this, request, end);
        if (request.RequestId is not null)
            _entries[entry.Key] = entry; // the later of two: the earlier one's caller has lost its connection
        return entry;
    }

    /// <summary>Gives a request up; false if none of that name waits.</summary>
    /// <param name="worker">Whose it is.</param>
    /// <param name="requestId">Its id.</param>
    /// <param name="tags">The tags whose credentials came: all of the request's have to be among them (S15).</param>
    public bool GiveUp(string? worker, string requestId, IReadOnlyList<TagAccess> tags)
    {
        if (!_entries.TryGetValue((worker, requestId), out var entry) || !entry.IsAbout(tags))
            return false;
        entry.GiveUp();
        return true;
    }

    /// <summary>A request that waits.</summary>
    internal sealed class Entry(WaitingCalls calls, ExchangeRequest request, CancellationTokenSource end) : IDisposable
    {
        private volatile bool _isGivenUp;

        public (string? Worker, string RequestId) Key { get; } = (request.Worker, request.RequestId ?? "");

        public bool IsGivenUp => _isGivenUp;

        public bool IsAbout(IReadOnlyList<TagAccess> tags) =>
            request.Tags.All(asked => tags.Any(named => named.Tag == asked.Tag));

        public void GiveUp()
        {
            Dispose();
            _isGivenUp = true;
            try
            {
                end.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It was answered just now.
            }
        }

        public void Dispose() => calls._entries.TryRemove(new KeyValuePair<(string? Worker, string RequestId), Entry>(Key, this));
    }
}
