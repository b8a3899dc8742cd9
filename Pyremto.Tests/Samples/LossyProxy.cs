using System.Net;
using System.Net.Sockets;

namespace Pyremto.Tests.Samples;

/// <summary>Stands before a server and loses what the test wants lost. One connection, one request.</summary>
internal sealed class LossyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _server;
    private readonly Func<int, Loss> _decide;
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private int _accepted;

    /// <param name="server">The server's port.</param>
    /// <param name="decide">What is lost of the connection with that number, from 1.</param>
    public LossyProxy(int server, Func<int, Loss> decide)
    {
        _server = server;
        _decide = decide;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal enum Loss
    {
        Nothing,

        /// <summary>The server never hears of the request.</summary>
        Request,

        /// <summary>The server believes that it was answered.</summary>
        Answer,
    }

    public int Accepted => Volatile.Read(ref _accepted);

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _connections.Add(ServeAsync(client, _decide(Interlocked.Increment(ref _accepted))));
            }
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, Loss loss)
    {
        using var ours = client;
        if (loss == Loss.Request)
            return;
        try
        {
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _server, _stopping.Token);
            var sending = client.GetStream().CopyToAsync(server.GetStream(), _stopping.Token);
            await server.GetStream().CopyToAsync(loss == Loss.Answer ? Stream.Null : client.GetStream(), _stopping.Token);
            ours.Close();
            await sending;
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side is gone.
        }
    }
}
