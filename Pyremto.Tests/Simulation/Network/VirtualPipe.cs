namespace Pyremto.Tests.Simulation;

/// <summary>A connection between two processes: in order and whole, until it breaks and takes along what is under way.</summary>
internal sealed class VirtualPipe
{
    private readonly World _world;
    private readonly SimulatedProcess _client;
    private readonly SimulatedProcess _server;
    private TimeSpan _lastAtClient;
    private TimeSpan _lastAtServer;

    public VirtualPipe(SimulatedProcess client, SimulatedProcess server)
    {
        (_world, _client, _server) = (client.World, client, server);
        client.Killed += Break;
        server.Killed += Break;
    }

    /// <summary>The client notices that it is broken.</summary>
    public Action? ClientNotices { get; set; }

    /// <summary>The server notices that it is broken.</summary>
    public Action? ServerNotices { get; set; }

    public bool IsBroken { get; private set; }

    public void ToServer(Action deliver) => Send(_client, _server, ref _lastAtServer, deliver);

    public void ToClient(Action deliver) => Send(_server, _client, ref _lastAtClient, deliver);

    public void Break()
    {
        if (IsBroken)
            return;
        IsBroken = true;
        _world.Note($"pipe of {_client.Name} breaks");
        _client.Killed -= Break;
        _server.Killed -= Break;
        _client.After(_world.Seconds(0, 0.005), () => ClientNotices?.Invoke());
        _server.After(_world.Seconds(0, 0.005), () => ServerNotices?.Invoke());
    }

    private void Send(SimulatedProcess from, SimulatedProcess to, ref TimeSpan last, Action deliver)
    {
        if (!from.MaySay() || IsBroken)
            return;
        var delay = _world.Fault(0.02) ? _world.Seconds(0.1, 3) : _world.Seconds(0.00001, 0.002);
        var due = _world.Now + delay;
        last = due > last ? due : last + TimeSpan.FromTicks(1);
        to.After(last - _world.Now, () =>
        {
            if (!IsBroken)
                deliver();
        });
    }
}
