using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Workers;

/// <summary>A worker that does not work is not healthy, and the check says which, why and since when.</summary>
public sealed class WorkerHealthTests
{
    private readonly ObserverNotes _notes = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Who_works_waits_or_has_ended_as_it_was_to_is_healthy()
    {
        await using var host = await StartAsync(w => w.MaxJobs = 1);
        (await CheckAsync(host)).Status.Should().Be(HealthStatus.Healthy);

        host.Scheduler.Add(1);
        await _notes.End;

        (await CheckAsync(host)).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Who_sits_a_tag_out_is_degraded_until_a_job_of_it_succeeds()
    {
        var isBroken = true;
        await using var host = await StartAsync(
            w => w.MaxFailuresInARow = 2,
            (job, _, _) => isBroken ? throw new IOException("no GPU") : Task.FromResult(job));
        host.Scheduler.Add(1);
        host.Scheduler.Add(2);
        await _notes.UntilAsync("w: sits out t");

        var sittingOut = await CheckAsync(host);
        isBroken = false;
        host.Scheduler.Add(3);
        await _time.AdvanceUntilAsync(_notes.UntilAsync("w: again t"), TimeSpan.FromSeconds(10));

        sittingOut.Status.Should().Be(HealthStatus.Degraded);
        sittingOut.Description.Should().Match(
            "Worker 'w' sits out the tag 't' since ????-??-?? ??:??:??Z: 2 of its jobs failed here and none succeeded, the last with: "
            + "IOException: no GPU Its next try is at ????-??-?? ??:??:??Z.");
        (await CheckAsync(host)).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Who_was_refused_has_ended_and_is_unhealthy()
    {
        await using var host = await StartAsync(_ => { }, prepare: s => s.FailNext(new WrongPasswordException("The password of the tag 't' is wrong.")));
        await _notes.End;

        var health = await CheckAsync(host);

        health.Status.Should().Be(HealthStatus.Unhealthy);
        health.Description.Should().Be("Worker 'w' has ended (Refused): The password of the tag 't' is wrong.");
        host.Log.Where(line => line.StartsWith("Error: Worker", StringComparison.Ordinal)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_host_that_is_to_stop_with_its_worker_stops_when_that_is_refused()
    {
        await using var host = await StartAsync(
            w => w.WhenNothingLeft = WhenNothingLeft.StopHost, prepare: s => s.FailNext(new WrongPasswordException("wrong")));

        await host.Host.WaitForShutdownAsync().WaitAsync(ScriptedScheduler.Patience);

        (await _notes.End).Reason.Should().Be(WorkerEndReason.Refused);
    }

    private static async Task<HealthReportEntry> CheckAsync(WorkerHost host) =>
        (await host.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["pyremto"];

    private async Task<WorkerHost> StartAsync(
        Action<WorkerOptions> configure,
        Func<JsonText, JobContext, CancellationToken, Task<JsonText>>? handler = null,
        Action<ScriptedScheduler>? prepare = null)
    {
        var host = new WorkerHost(
            b =>
            {
                b.Services.AddHealthChecks().AddPyremto();
                b.AddWorker(
                    handler ?? ((job, _, _) => Task.FromResult(job)),
                    w =>
                    {
                        w.Tag = "t";
                        w.AddObserver(_notes);
                        configure(w);
                    },
                    "w");
            },
            time: _time);
        prepare?.Invoke(host.Scheduler);
        return await host.StartAsync();
    }
}
