using System.IO.Pipes;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A server that is none of ours, on one pipe.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;

    public FakeServer(string name, Func<RawPeer, Task> serve) => _serving = ServeAsync(name, serve);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _stopping.Dispose();
    }

    private async Task ServeAsync(string name, Func<RawPeer, Task> serve)
    {
        var serving = new List<Task>();
        while (true)
        {
            var stream = new NamedPipeServerStream(
                name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
            try
            {
                await stream.WaitForConnectionAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                await stream.DisposeAsync();
                return;
            }
            serving.Add(Task.Run(async () =>
            {
                await using var peer = new RawPeer(stream);
                try
                {
                    await serve(peer);
                }
                catch (IOException)
                {
                    // The client has gone.
                }
            }));
        }
    }
}
