using System.IO.Pipes;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Roles;

/// <summary>Sends back what it gets over a bare named pipe: the least that a round trip between two processes can cost here.</summary>
internal static class PipeEchoServer
{
    private const int MessageLength = 128;

    public static async Task<int> RunAsync(string pipe)
    {
        var accepting = Task.Run(() => AcceptAsync(pipe));
        await Task.WhenAny(accepting, ChildProcess.ServeAsync());
        return 0;
    }

    private static async Task AcceptAsync(string pipe)
    {
        while (true)
        {
            var stream = new NamedPipeServerStream(
                pipe, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte,
                PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
            await stream.WaitForConnectionAsync();
            _ = Task.Run(() => EchoAsync(stream));
        }
    }

    private static async Task EchoAsync(NamedPipeServerStream stream)
    {
        var message = new byte[MessageLength];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(message);
                await stream.WriteAsync(message);
            }
        }
        catch (EndOfStreamException)
        {
            await stream.DisposeAsync();
        }
    }
}
