using System.Collections.Concurrent;

namespace Pyremto;

/// <summary>The requests that wait for work, so that their callers can give them up. Thread-safe.</summary>
internal sealed class WaitingCalls
{
    private readonly ConcurrentDictionary<(string? Worker, string RequestId), Entry> _entries = new();

    /// <summary>A request begins to wait; it waits no more when what is returned is disposed.</summary>
    /// <param name="worker">Whose it is.</param>
    /// <param name="requestId">Its id; a request without one cannot be given up by name.</param>
    /// <param name="end">Ends it.</param>
    public Entry Enter(string? worker, string? requestId, CancellationTokenSource end)
    {
        var entry = new Entry(this, (worker, requestId ?? ""), end);
        if (requestId is not null)
            _entries[entry.Key] = entry; // the later of two: the earlier one's caller has lost its connection
        return entry;
    }

    /// <summary>Gives a request up; false if none of that name waits.</summary>
    public bool GiveUp(string? worker, string requestId)
    {
        if (!_entries.TryRemove((worker, requestId), out var entry))
            return false;
        entry.GiveUp();
        return true;
    }

    /// <summary>A request that waits.</summary>
    internal sealed class Entry(WaitingCalls calls, (string? Worker, string RequestId) key, CancellationTokenSource end) : IDisposable
    {
        private volatile bool _isGivenUp;

        public (string? Worker, string RequestId) Key { get; } = key;

        public bool IsGivenUp => _isGivenUp;

        public void GiveUp()
        {
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
