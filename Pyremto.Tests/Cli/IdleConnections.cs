using System.Net;
using System.Net.Sockets;

namespace Pyremto.Tests.Cli;

/// <summary>Connections of somebody who says nothing.</summary>
internal sealed class IdleConnections : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private readonly List<Task<int>> _ends = [];

    /// <summary>Connects so often, one after the other, and waits until the server has decided on each.</summary>
    public static async Task<IdleConnections> OpenAsync(IPEndPoint server, int count)
    {
        var idle = new IdleConnections();
        for (var i = 0; i < count; i++)
            await idle.ConnectAsync(server);
        // The server accepts them in their order: when it has closed the last one, it has decided on all.
        await idle._ends[^1].WaitAsync(PyremtoProcess.Deadline);
        return idle;
    }

    /// <summary>How many the server has left open.</summary>
    public int Open => _ends.Count(end => !end.IsCompleted);

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    private async Task ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        try
        {
            await socket.ConnectAsync(server).WaitAsync(PyremtoProcess.Deadline);
            _ends.Add(EndAsync(socket));
        }
        catch (SocketException) // it was closed before this end knew that it was open
        {
            _ends.Add(Task.FromResult(0));
        }
    }

    private static async Task<int> EndAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], SocketFlags.None);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
