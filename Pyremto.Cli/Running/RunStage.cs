using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pyremto.Cli.Terminal;
using Pyremto.Cli.Working;

namespace Pyremto.Cli.Running;

/// <summary>
/// Sets the stage between the opening of the store and the start of the worker: plans, says whether there is anything to run, and opens
/// the page.
/// </summary>
internal sealed class RunStage(RunSettings settings, RunJobs jobs, CommandOutput output, IServiceProvider services)
    : IHostedLifecycleService, IAsyncDisposable
{
    private readonly CancellationTokenSource _nothingToRun = new();
    private RunPage? _page;
    private RunPlan? _plan;

    /// <summary>The plan, once the host has started.</summary>
    public RunPlan Plan => _plan ?? throw new InvalidOperationException("The run is not planned yet.");

    /// <summary>The tag to work for, or anything while that is not known.</summary>
    public string Tag => _plan?.Set ?? settings.State.Tag;

    /// <summary>Fires where there is nothing to run.</summary>
    public CancellationToken NothingToRun => _nothingToRun.Token;

    /// <summary>How far it was at the start; null where no job was left for a set of its own.</summary>
    public TagProgress? Before { get; private set; }

    /// <summary>Whether there were results before; false while that is not known.</summary>
    public bool HasResults => _plan is { } plan && plan.Kept + (Before?.Done ?? 0) > 0;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var scheduler = services.GetRequiredService<IJobScheduler>();
        var planner = new RunPlanner(scheduler, settings, () => services.GetProgram());
        var plan = _plan = await planner.PlanAsync(jobs, cancellationToken);
        await planner.MendAsync(plan, cancellationToken);
        Before = plan.Set is { } set ? await scheduler.GetProgressAsync(new TagAccess(set), cancellationToken) : null;
        if (Before is { State: TagStatus.Running })
        {
            services.GetProgram();
            if (settings.Page is { } page)
                _page = await RunPage.OpenAsync(page, scheduler, plan, output, cancellationToken);
            // The worker's options were looked at when the host began to start, before the tag was known.
            services.GetRequiredService<IOptionsMonitorCache<WorkerOptions>>().TryRemove(ProgramWorker.Name);
        }
        else
        {
            await _nothingToRun.CancelAsync();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => ClosePageAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await ClosePageAsync();
        _nothingToRun.Dispose();
    }

    private async Task ClosePageAsync()
    {
        if (Interlocked.Exchange(ref _page, null) is { } page)
            await page.DisposeAsync();
    }
}
