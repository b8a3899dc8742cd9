using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Programs;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Working;

/// <summary>One worker of the command line, from its start to its end.</summary>
internal sealed class WorkSession(WorkSettings settings, CoordinatorLocation location, VerbContext context)
{
    /// <summary>How long a call waits for a coordinator before that is told; the worker tries again for ever.</summary>
    private static readonly TimeSpan ReconnectFor = TimeSpan.FromSeconds(1);

    /// <summary>The longest time between two tries, so that a coordinator that is back is soon noticed.</summary>
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After so many failed jobs of a tag, none having succeeded, it leaves the tag to others and tries one job now and then: one machine
    /// that is broken costs few attempts, and one that met bad jobs first goes on with the good ones.
    /// </summary>
    private const int SitsOutAfter = 3;

    /// <summary>Works until nothing is left or it is told to stop; answers the exit code.</summary>
    public async Task<int> RunAsync()
    {
        var output = context.Output;
        if (!output.IsJson)
            return await RunAsync(new WorkLines(output, namesTags: settings.Tags.Count > 1, TimeProvider.System));
        await using var events = new WorkEvents(output);
        return await RunAsync(events);
    }

    private async Task<int> RunAsync(IWorkReport report)
    {
        var observer = new WorkObserver(report);
        Action endGrace = static () => { };
        using var stop = new WorkStop(context.Output, settings.Program.Grace, () => endGrace());
        var host = Build(observer, stop.AskNoMore);
        await using var disposal = (IAsyncDisposable)host;
        endGrace = host.Services.GetProgram().EndGrace;
        context.Interruption.HandleBy(stop.OnSignal);
        context.Stopped.ThrowIfCancellationRequested(); // by a signal just before
        var clock = host.Services.GetRequiredService<TimeProvider>();
        await host.StartAsync(CancellationToken.None);
        if (settings.StopAfter is { } time)
            stop.After(time, clock);
        await Task.WhenAny(observer.End, stop.EndNow);
        await host.StopAsync(CancellationToken.None);
        var end = await observer.End;
        report.Ended(end.Reason);
        return ExitCodeOf(end, stop.IsInterrupted, observer.IsCoordinatorAway);
    }

    private IHost Build(WorkObserver observer, CancellationToken askNoMore)
    {
        var builder = CommandHost.CreateBuilder(context.Output);
        builder.Logging.AddFilter("Pyremto.Worker", LogLevel.Critical); // the observer tells all else
        var pyremto = location.Use(builder.Services.AddPyremto(), ReconnectFor);
        pyremto.AddProgramWorker<ProgramHandler>(settings.Program, settings.MaxFailures, worker =>
        {
            worker.Tags = [.. settings.Tags];
            worker.MaxFailuresInARow = settings.MaxFailures == 0 ? 0 : SitsOutAfter;
            worker.MaxJobs = settings.MaxJobs;
            worker.IdleTimeout = settings.IdleTimeout;
            worker.MaxRetryDelay = MaxRetryDelay;
            worker.WhenNothingLeft = WhenNothingLeft.EndWorker;
            worker.AddObserver(observer);
            worker.AskNoMoreWhen(askNoMore);
        });
        return builder.Build();
    }

    private int ExitCodeOf(WorkerEnd end, bool isInterrupted, bool isCoordinatorAway)
    {
        switch (end.Reason)
        {
            case WorkerEndReason.RepeatedFailures:
                context.Output.WriteError(
                    "Jobs failed on this machine and none succeeded, so it takes no more; others go on. Mend what the errors above tell, "
                    + "start it again, and retry what is exhausted (pyremto retry). --max-failures sets how many it takes.");
                return ExitCode.FailedRepeatedly;
            case WorkerEndReason.Refused:
                context.Output.WriteError($"{end.Message} A password comes from --password-file, {PasswordOptions.PasswordVariable} or --tags-file.");
                return ExitCode.Refused;
            case WorkerEndReason.InvalidRequest:
                context.Output.WriteError(end.Message!);
                return ExitCode.WrongUse;
            case WorkerEndReason.Crashed:
                context.Output.WriteError($"A fault of pyremto itself: {end.Message}");
                return ExitCode.Fault;
            case WorkerEndReason.Idle when isCoordinatorAway:
                context.Output.WriteError($"Nobody answered at {location.Name} for as long as --idle-timeout allows.");
                return ExitCode.Unreachable;
        }
        return isInterrupted ? ExitCode.Interrupted : ExitCode.Done;
    }
}
