using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A server that is none of ours, on one name.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly PipeListener _listener;
    private readonly ConcurrentQueue<Task> _serving;

    private FakeServer(PipeListener listener, ConcurrentQueue<Task> serving) => (_listener, _serving) = (listener, serving);

    public static async Task<FakeServer> StartAsync(string name, Func<RawPeer, Task> serve)
    {
        var serving = new ConcurrentQueue<Task>();
        return new FakeServer(
            await PipeListener.StartAsync(
                name, TimeProvider.System, new SeededRandom(3), NullLogger.Instance, pipes => serving.Enqueue(Task.Run(() => ServeAsync(pipes, serve)))),
            serving);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await Task.WhenAll(_serving).WaitAsync(PipeCoordinator.Patience);
    }

    private static async Task ServeAsync(DuplexPipe pipes, Func<RawPeer, Task> serve)
    {
        await using var peer = new RawPeer(pipes);
        try
        {
            await serve(peer);
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }
}
