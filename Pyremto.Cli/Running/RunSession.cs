using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto.Cli.Programs;
using Pyremto.Cli.Terminal;
using Pyremto.Cli.Working;

namespace Pyremto.Cli.Running;

/// <summary>One run, from its jobs to its results.</summary>
internal sealed class RunSession(RunSettings settings, VerbContext context)
{
    private readonly TaskCompletionSource<WorkerEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RunFailures _failures = new(context.Output);

    /// <summary>Runs it; answers the exit code.</summary>
    public async Task<int> RunAsync()
    {
        var jobs = new RunJobs(await settings.Input.ReadAsync(context.Stopped), settings.Repetitions);
        if ((long)jobs.Descriptions.Count * jobs.Repetitions > RunHost.MostJobs)
            throw CommandException.WrongUse($"These are more than {RunHost.MostJobs:N0} jobs, repetitions included: cut them into several runs.");
        Check(settings.Program.Line, jobs.Descriptions);
        await settings.Target.ProbeAsync(context.Stopped);

        Action endGrace = static () => { };
        using var stop = new WorkStop(context.Output, settings.Program.Grace, () => endGrace());
        var host = RunHost.Build(settings, jobs, _failures, _ended, context.Output, stop.AskNoMore);
        await using var disposal = (IAsyncDisposable)host;
        await RunHost.StartAsync(host, settings.State, context.Stopped);
        var stage = host.Services.GetRequiredService<RunStage>();
        var report = new RunReport(settings, stage.Plan, context, host.Services.GetRequiredService<IJobScheduler>());
        if (stage.NothingToRun.IsCancellationRequested)
        {
            context.Interruption.HandleBy(stop.OnSignal);
            return await FinishAsync(host, report, ranNothing: true, isInterrupted: false);
        }
        endGrace = host.Services.GetProgram().EndGrace;
        context.Interruption.HandleBy(stop.OnSignal);
        context.Stopped.ThrowIfCancellationRequested(); // by a signal just before
        report.Begin(stage.Before!);
        await ShowAsync(host, stage.Plan, stop.EndNow);
        if (!_ended.Task.IsCompleted)
        {
            await host.StopAsync(CancellationToken.None);
            report.CutOff();
            return ExitCode.Interrupted;
        }
        return await FinishAsync(host, report, ranNothing: false, stop.IsInterrupted);
    }

    private static void Check(ProgramLine line, IReadOnlyList<JsonText> jobs)
    {
        try
        {
            line.Check(jobs);
        }
        catch (ProgramLineException error)
        {
            throw CommandException.WrongUse(error.Message, error);
        }
    }

    private async Task ShowAsync(IHost host, RunPlan plan, Task cutOff)
    {
        var (scheduler, time) = (host.Services.GetRequiredService<IJobScheduler>(), host.Services.GetRequiredService<TimeProvider>());
        var growing = new GrowingResults(settings.Target, scheduler, plan, context.Output, time).WriteAsync(Task.WhenAny(_ended.Task, cutOff), CancellationToken.None);
        await new RunProgress(context.Output, scheduler, plan, _failures, time).ShowAsync(_ended.Task, cutOff, CancellationToken.None);
        await growing;
    }

    private async Task<int> FinishAsync(IHost host, RunReport report, bool ranNothing, bool isInterrupted)
    {
        var end = ranNothing ? null : await _ended.Task;
        var why = isInterrupted ? RunEnd.Interrupted
            : ranNothing ? RunEnd.NothingToRun
            : end!.Reason == WorkerEndReason.RepeatedFailures ? RunEnd.RepeatedFailures
            : RunEnd.Done;
        if (end is { Message: { } message, Reason: not WorkerEndReason.RepeatedFailures })
            context.Output.WriteError(message);
        var exitCode = await report.EndAsync(why);
        await host.StopAsync(CancellationToken.None);
        return exitCode;
    }
}
