using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Harness;

/// <summary>Two other processes, the floor's server and a coordinator, and plain HTTP clients of both in this one: the coordinator's speaks the v2 protocol.</summary>
internal sealed class V2Pair : IAsyncDisposable
{
    private readonly ChildProcess _bare;
    private readonly ChildProcess _coordinator;
    private readonly Coordinator _owner;
    private readonly HttpFloor _floor;
    private readonly HttpClient _client = new();

    private V2Pair(ChildProcess bare, ChildProcess coordinator, Coordinator owner)
    {
        (_bare, _coordinator, _owner) = (bare, coordinator, owner);
        _floor = new HttpFloor(bare.Greeting, BareCall.V2Next, BareCall.V2Done);
    }

    public static async Task<V2Pair> StartAsync()
    {
        var bare = await ChildProcess.StartAsync(Role.HttpFloor);
        var coordinator = await ChildProcess.StartAsync(Role.HttpCoordinator);
        return new V2Pair(bare, coordinator, await Coordinator.StartAsync(more: pyremto => pyremto.UseHttp(coordinator.Greeting)));
    }

    /// <summary>The floor's calls a second, two for each job.</summary>
    public Task<double> FloorAsync(int jobs, int callers) => _floor.RunAsync(2 * jobs, callers);

    /// <summary>Calls a second to the coordinator until all jobs are done.</summary>
    public async Task<double> RunAsync(JsonText[] jobs, int workers)
    {
        var tag = await Coordinator.SetUpAsync(_owner.Scheduler, jobs);
        var address = new Uri(_coordinator.Greeting);
        var watch = Stopwatch.StartNew();
        var calls = await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => new V2Worker(_client, address, tag.Tag).RunAsync())));
        var elapsed = watch.Elapsed;
        var progress = await _owner.Scheduler.GetProgressAsync(tag, CancellationToken.None);
        if (progress.Done != jobs.Length || calls.Sum() != (2 * jobs.Length) + workers)
            throw new InvalidOperationException($"{progress.Done} of {jobs.Length} jobs were done in {calls.Sum()} calls: the rate means nothing.");
        await _owner.Scheduler.DeleteTagAsync(tag, CancellationToken.None);
        return calls.Sum() / elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        _floor.Dispose();
        _client.Dispose();
        await _owner.DisposeAsync();
        await _bare.DisposeAsync();
        await _coordinator.DisposeAsync();
    }
}
