using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Pyremto.Tests.Transport.Http.Client;

/// <summary>A network between a client and a coordinator that can be cut, and can lose, hold or garble what the coordinator says.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly ConcurrentDictionary<Socket, Socket> _connections = new();
    private readonly Task _accepting;
    private volatile bool _isCut;
    private volatile TaskCompletionSource? _held;
    private volatile TaskCompletionSource _answeredAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answers;
    private int _cutAfter = int.MaxValue;

    public CuttingProxy(string target)
    {
        var uri = new Uri(target);
        _target = new IPEndPoint(IPAddress.Parse(uri.Host), uri.Port);
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = Task.Run(AcceptAsync);
    }

    public string Url { get; }

    /// <summary>Every how many pieces of answers the connection breaks instead; zero for never.</summary>
    public int LoseEvery { get; set; }

    /// <summary>Whether the next piece of an answer is changed on its way.</summary>
    public bool GarbleNext { get; set; }

    /// <summary>How many pieces of answers came by, those that were lost included.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>Completes when an answer comes over a connection that was made after the last cut.</summary>
    public Task AnsweredAgain => _answeredAgain.Task;

    /// <summary>Breaks all connections, and every new one at once.</summary>
    public void Cut()
    {
        _isCut = true;
        _answeredAgain = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var (client, server) in _connections)
            Close(client, server);
    }

    public void Heal() => _isCut = false;

    /// <summary>Once, breaks the connection after that many bytes of answers.</summary>
    public void CutAfter(int bytes) => Volatile.Write(ref _cutAfter, bytes);

    /// <summary>Lets no answer through until it is disposed or the network is cut.</summary>
    public IDisposable HoldAnswers() => new Holding(this);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                var answered = _answeredAgain; // of a connection from before a cut, nobody waits for that
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                _connections[client] = server;
                if (_isCut)
                    Close(client, server);
                else
                    _ = Task.Run(() => CarryAsync(client, server, answered));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It was stopped.
        }
    }

    private async Task CarryAsync(Socket client, Socket server, TaskCompletionSource answered)
    {
        try
        {
            await server.ConnectAsync(_target);
            await Task.WhenAny(PumpAsync(client, server), PumpAnswersAsync(server, client, answered));
        }
        catch (SocketException)
        {
            // Nobody is there.
        }
        finally
        {
            Close(client, server);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 << 10];
        while (await from.ReceiveAsync(buffer) is > 0 and var count)
            await to.SendAsync(buffer.AsMemory(0, count));
    }

    private async Task PumpAnswersAsync(Socket from, Socket to, TaskCompletionSource answered)
    {
        var buffer = new byte[16 << 10];
        while (await from.ReceiveAsync(buffer) is > 0 and var count)
        {
            var number = Interlocked.Increment(ref _answers);
            answered.TrySetResult();
            if (_held is { } held)
                await held.Task;
            if (LoseEvery > 0 && number % LoseEvery == 0)
                return;
            if (GarbleNext)
            {
                GarbleNext = false;
                buffer.AsSpan(count - 4, 4).Fill((byte)'~'); // the end of a body; its headers stay
            }
            var left = Interlocked.Add(ref _cutAfter, -count);
            if (left < 0)
            {
                Volatile.Write(ref _cutAfter, int.MaxValue);
                await to.SendAsync(buffer.AsMemory(0, count + left));
                return;
            }
            await to.SendAsync(buffer.AsMemory(0, count));
        }
    }

    private void Close(Socket client, Socket server)
    {
        _connections.TryRemove(client, out _);
        client.Dispose();
        server.Dispose();
    }

    private sealed class Holding : IDisposable
    {
        private readonly CuttingProxy _proxy;
        private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Holding(CuttingProxy proxy) => (_proxy, proxy._held) = (proxy, _source);

        public void Dispose()
        {
            _proxy._held = null;
            _source.TrySetResult();
        }
    }
}
