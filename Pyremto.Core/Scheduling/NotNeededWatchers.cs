using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Pyremto;

/// <summary>Who wants to be told at once that a job is no longer needed (S11). Thread-safe.</summary>
internal sealed class NotNeededWatchers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Channel<JobNotNeeded>>> _channels = new(StringComparer.Ordinal);

    public async IAsyncEnumerable<JobNotNeeded> WatchAsync(
        IReadOnlyList<string> workers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<JobNotNeeded>(new UnboundedChannelOptions { SingleReader = true });
        Add(workers, channel);
        try
        {
            await foreach (var job in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return job;
        }
        finally
        {
            Remove(workers, channel);
        }
    }

    public void Tell(JobNotNeeded job)
    {
        lock (_gate)
        {
            foreach (var channel in _channels.GetValueOrDefault(job.Worker) ?? [])
                channel.Writer.TryWrite(job);
        }
    }

    public void EndAll()
    {
        lock (_gate)
        {
            foreach (var channel in _channels.Values.SelectMany(channels => channels))
                channel.Writer.TryComplete();
        }
    }

    private void Add(IReadOnlyList<string> workers, Channel<JobNotNeeded> channel)
    {
        lock (_gate)
        {
            foreach (var worker in workers)
            {
                if (!_channels.TryGetValue(worker, out var channels))
                    _channels[worker] = channels = [];
                channels.Add(channel);
            }
        }
    }

    private void Remove(IReadOnlyList<string> workers, Channel<JobNotNeeded> channel)
    {
        lock (_gate)
        {
            foreach (var worker in workers)
            {
                if (_channels.TryGetValue(worker, out var channels) && channels.Remove(channel) && channels.Count == 0)
                    _channels.Remove(worker);
            }
        }
    }
}
