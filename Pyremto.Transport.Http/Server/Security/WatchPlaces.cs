using System.Net;

namespace Pyremto;

/// <summary>
/// Bounds what addresses make the coordinator remember for as long as they like: streams of what is not needed any more, and the ids of
/// workers in them. Thread-safe.
/// </summary>
/// <param name="mostStreams">The most streams of an address.</param>
/// <param name="mostWorkers">The most ids in all streams of an address.</param>
internal sealed class WatchPlaces(int mostStreams, int mostWorkers)
{
    private static readonly TimeSpan SomeTime = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, (int Streams, int Workers)> _taken = [];

    /// <summary>A stream begins; it is over when what is returned is disposed.</summary>
    /// <exception cref="BannedException">The address has too many.</exception>
    public IDisposable Enter(IPAddress key, int workers)
    {
        lock (_gate)
        {
            var (streams, ids) = _taken.GetValueOrDefault(key);
            if (streams == mostStreams || ids + workers > mostWorkers)
            {
                throw new BannedException(
                    $"This address watches for too much: {mostStreams} streams with {mostWorkers} workers are allowed in all. Heartbeats tell the same.", SomeTime);
            }
            _taken[key] = (streams + 1, ids + workers);
        }
        return new Place(this, key, workers);
    }

    private void Leave(IPAddress key, int workers)
    {
        lock (_gate)
        {
            var (streams, ids) = _taken[key];
            if (streams == 1)
                _taken.Remove(key);
            else
                _taken[key] = (streams - 1, ids - workers);
        }
    }

    private sealed class Place(WatchPlaces places, IPAddress key, int workers) : IDisposable
    {
        private bool _isLeft;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _isLeft, true))
                places.Leave(key, workers);
        }
    }
}
