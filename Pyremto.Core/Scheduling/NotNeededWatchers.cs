using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Pyremto;

/// <summary>
/// Who wants to be told at once that a job is no longer needed (S11), and may (S15). A password that was not right before for the tag's
/// instance is as good as none here, so that nothing is hashed: whoever has work of the tag has shown it. Thread-safe.
/// </summary>
internal sealed class NotNeededWatchers(CredentialCheck credentials)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Watcher>> _watchers = new(StringComparer.Ordinal);

    public async IAsyncEnumerable<JobNotNeeded> WatchAsync(NotNeededWatch watch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = new Watcher(watch, Channel.CreateUnbounded<JobNotNeeded>(new UnboundedChannelOptions { SingleReader = true }));
        Add(watcher);
        try
        {
            await foreach (var job in watcher.Told.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return job;
        }
        finally
        {
            Remove(watcher);
        }
    }

    public void Tell(TagRecord tag, JobNotNeeded job)
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers.GetValueOrDefault(job.Worker) ?? [])
            {
                if (MayKnow(watcher.Watch, tag))
                    watcher.Told.Writer.TryWrite(job);
            }
        }
    }

    public void EndAll()
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers.Values.SelectMany(watchers => watchers))
                watcher.Told.Writer.TryComplete();
        }
    }

    private bool MayKnow(NotNeededWatch watch, TagRecord tag) =>
        watch.TagPrefix is { } prefix
            ? tag.Name.StartsWith(prefix, StringComparison.Ordinal)
            : watch.Tags.FirstOrDefault(access => access.Tag == tag.Name) is { } access && credentials.IsKnownOwner(tag, access);

    private void Add(Watcher watcher)
    {
        lock (_gate)
        {
            foreach (var worker in watcher.Watch.Workers)
            {
                if (!_watchers.TryGetValue(worker, out var watchers))
                    _watchers[worker] = watchers = [];
                watchers.Add(watcher);
            }
        }
    }

    private void Remove(Watcher watcher)
    {
        lock (_gate)
        {
            foreach (var worker in watcher.Watch.Workers)
            {
                if (_watchers.TryGetValue(worker, out var watchers) && watchers.Remove(watcher) && watchers.Count == 0)
                    _watchers.Remove(worker);
            }
        }
    }

    private sealed record Watcher(NotNeededWatch Watch, Channel<JobNotNeeded> Told);
}
