using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pyremto.Tests.Transport.Http.Client;

/// <summary>Answers every connection with the same bytes, and closes it.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;
    private readonly long _more;
    private int _answers;
    private long _sentMore;

    /// <param name="answer">The bytes.</param>
    /// <param name="more">How many blanks follow them, until the client hangs up.</param>
    public RawServer(string answer, long more = 0)
    {
        _answer = Encoding.Latin1.GetBytes(answer);
        _more = more;
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = Task.Run(ServeAsync);
    }

    public string Url { get; }

    /// <summary>How many connections were answered.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>How many of the blanks that follow were taken.</summary>
    public long SentMore => Volatile.Read(ref _sentMore);

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
            if (_more > 0 && !await SendMoreAsync(socket))
                continue;
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(request) > 0)
            {
                // Until the client has read and closes.
            }
        }
    }

    private async Task<bool> SendMoreAsync(Socket socket)
    {
        var blanks = new byte[64 << 10];
        blanks.AsSpan().Fill((byte)' ');
        try
        {
            for (var left = _more; left > 0; left -= blanks.Length)
                Interlocked.Add(ref _sentMore, await socket.SendAsync(blanks));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
