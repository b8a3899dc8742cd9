using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Harness;

/// <summary>Two other processes, the floor's server and a coordinator, and a client of each in this one, whose workers share its connections.</summary>
internal sealed class HttpPair : IAsyncDisposable
{
    private readonly ChildProcess _bare;
    private readonly ChildProcess _coordinator;
    private readonly Coordinator _client;
    private readonly HttpFloor _floor;

    private HttpPair(ChildProcess bare, ChildProcess coordinator, Coordinator client)
    {
        (_bare, _coordinator, _client) = (bare, coordinator, client);
        _floor = new HttpFloor(bare.Greeting, BareCall.Exchange);
    }

    public static async Task<HttpPair> StartAsync(string? sqliteFile = null)
    {
        var bare = await ChildProcess.StartAsync(Role.HttpFloor);
        var coordinator = await ChildProcess.StartAsync(Role.HttpCoordinator, sqliteFile is null ? [] : [sqliteFile]);
        return new HttpPair(bare, coordinator, await Coordinator.StartAsync(more: pyremto => pyremto.UseHttp(coordinator.Greeting)));
    }

    /// <summary>The floor's requests a second.</summary>
    public Task<double> FloorAsync(int requests, int callers) => _floor.RunAsync(requests, callers);

    /// <summary>Cycles a second through the coordinator.</summary>
    public async Task<double> RunAsync(JsonText[] jobs, int workers, int count = 1)
    {
        var tag = await Coordinator.SetUpAsync(_client.Scheduler, jobs);
        var rate = await Cycles.RunAsync([.. Enumerable.Repeat(_client.Scheduler, workers)], tag, count);
        await _client.Scheduler.DeleteTagAsync(tag, CancellationToken.None);
        return rate;
    }

    public async ValueTask DisposeAsync()
    {
        _floor.Dispose();
        await _client.DisposeAsync();
        await _bare.DisposeAsync();
        await _coordinator.DisposeAsync();
    }
}
