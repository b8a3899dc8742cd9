using System.IO.Pipes;

namespace Pyremto.Benchmarks.Floors;

/// <summary>Round trips of 128 bytes over bare named pipes to <see cref="Roles.PipeEchoServer"/>, one at a time on each connection.</summary>
internal sealed class PipeEcho : IAsyncDisposable
{
    private readonly NamedPipeClientStream[] _connections;

    private PipeEcho(NamedPipeClientStream[] connections) => _connections = connections;

    public static async Task<PipeEcho> ConnectAsync(string pipe, int connections)
    {
        var streams = new NamedPipeClientStream[connections];
        for (var i = 0; i < connections; i++)
        {
            streams[i] = new NamedPipeClientStream(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
            await streams[i].ConnectAsync();
        }
        return new PipeEcho(streams);
    }

    /// <summary>Round trips a second, over all connections together.</summary>
    public async Task<double> RunAsync(int roundTrips)
    {
        var each = Math.Max(1, roundTrips / _connections.Length);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(_connections.Select(stream => Task.Run(() => EchoAsync(stream, each))));
        return each * _connections.Length / watch.Elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _connections)
            await stream.DisposeAsync();
    }

    private static async Task EchoAsync(NamedPipeClientStream stream, int roundTrips)
    {
        var message = new byte[128];
        for (var i = 0; i < roundTrips; i++)
        {
            await stream.WriteAsync(message);
            await stream.ReadExactlyAsync(message);
        }
    }
}
