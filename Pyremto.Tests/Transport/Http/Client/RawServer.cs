using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pyremto.Tests.Transport.Http.Client;

/// <summary>Answers every connection with the same bytes, and closes it.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;
    private int _answers;

    public RawServer(string answer)
    {
        _answer = Encoding.Latin1.GetBytes(answer);
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = Task.Run(ServeAsync);
    }

    public string Url { get; }

    /// <summary>How many connections were answered.</summary>
    public int Answers => Volatile.Read(ref _answers);

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        var request = new byte[64 << 10];
        while (true)
        {
            using var socket = await _listener.AcceptSocketAsync();
            await socket.ReceiveAsync(request);
            await socket.SendAsync(_answer);
            Interlocked.Increment(ref _answers);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(request) > 0)
            {
                // Until the client has read and closes.
            }
        }
    }
}
