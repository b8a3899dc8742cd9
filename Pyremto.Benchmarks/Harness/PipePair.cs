using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Harness;

/// <summary>Two other processes, an echo and a coordinator, and as many connections to each of them from this one.</summary>
internal sealed class PipePair : IAsyncDisposable
{
    private readonly ChildProcess _echo;
    private readonly ChildProcess _coordinator;
    private readonly IReadOnlyList<Coordinator> _clients;

    private PipePair(ChildProcess echo, ChildProcess coordinator, PipeEcho floor, IReadOnlyList<Coordinator> clients)
    {
        (_echo, _coordinator, Floor, _clients) = (echo, coordinator, floor, clients);
        Schedulers = [.. clients.Select(client => client.Scheduler)];
    }

    public PipeEcho Floor { get; }

    /// <summary>One for each connection.</summary>
    public IReadOnlyList<IJobScheduler> Schedulers { get; }

    public static async Task<PipePair> StartAsync(int connections)
    {
        var name = $"pyremto-bench-{Environment.ProcessId}-{connections}";
        var echo = await ChildProcess.StartAsync(Role.PipeEcho, $"{name}-echo");
        var coordinator = await ChildProcess.StartAsync(Role.PipeCoordinator, name);
        var clients = await ConnectAsync(name, connections);
        return new PipePair(echo, coordinator, await PipeEcho.ConnectAsync($"{name}-echo", connections), clients);
    }

    /// <summary>As many hosts, each with a connection of its own.</summary>
    public static async Task<List<Coordinator>> ConnectAsync(string pipe, int connections)
    {
        var clients = new List<Coordinator>();
        for (var i = 0; i < connections; i++)
            clients.Add(await Coordinator.StartAsync(more: pyremto => pyremto.UseNamedPipe(pipe)));
        return clients;
    }

    /// <summary>Cycles a second, one worker on each connection.</summary>
    public async Task<double> RunAsync(JsonText[] jobs, int count = 1)
    {
        var tag = await Coordinator.SetUpAsync(Schedulers[0], jobs);
        var rate = await Cycles.RunAsync(Schedulers, tag, count);
        await Schedulers[0].DeleteTagAsync(tag, CancellationToken.None);
        return rate;
    }

    public async ValueTask DisposeAsync()
    {
        await Floor.DisposeAsync();
        foreach (var client in _clients)
            await client.DisposeAsync();
        await _echo.DisposeAsync();
        await _coordinator.DisposeAsync();
    }
}
