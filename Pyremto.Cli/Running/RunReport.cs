using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>What a run tells at its beginning and at its end, and how it ends.</summary>
internal sealed class RunReport(RunSettings settings, RunPlan plan, VerbContext context, IJobScheduler scheduler)
{
    private readonly CommandOutput _output = context.Output;

    /// <summary>Says what is going to be run.</summary>
    public void Begin(TagProgress before)
    {
        var left = before.Waiting + before.InProgress;
        var done = plan.Kept + before.Done;
        var doneBefore = done == 0 ? "" : $", {done} of {plan.Total} are done already";
        _output.WriteProgress(
            $"Running {Words.Count(left, "job")}, {settings.Program.Concurrency} at a time{doneBefore}. State: {TerminalText.Escape(settings.State.Path)}");
    }

    /// <summary>The run was ended before what ran was finished.</summary>
    public void CutOff() => _output.WriteProgress("Stopped. The same command goes on where it stopped.");

    /// <summary>Writes the results, says what failed, and answers the exit code; where they cannot be written, that of this.</summary>
    public async Task<int> EndAsync(RunEnd end)
    {
        var progress = plan.Set is { } set ? plan.Whole(await scheduler.GetProgressAsync(new TagAccess(set), CancellationToken.None)) : null;
        var (done, failed) = (progress?.Done ?? plan.Total, progress?.Exhausted ?? 0);
        var unfinished = plan.Total - done - failed;
        var unwritten = await WriteResultsAsync(end);
        var file = unwritten is null ? settings.Target.File : null;
        foreach (var line in SummaryLines(end, done, file))
            _output.WriteProgress(line);
        if (failed > 0)
            await WriteFailuresAsync(failed);
        if (end == RunEnd.RepeatedFailures)
            WriteWhyStopped();
        if (_output.IsJson && settings.Target.File is not null)
            await _output.WriteJsonAsync(
                new RunSummary(plan.Total, done, failed, unfinished, file, settings.State.Path), RunJson.Default.RunSummary, CancellationToken.None);
        if (unwritten is not null)
        {
            _output.WriteError($"{unwritten.Message} They are kept in the state; the same command writes them.");
            return unwritten.ExitCode;
        }
        return end switch
        {
            RunEnd.Interrupted => ExitCode.Interrupted,
            RunEnd.RepeatedFailures => ExitCode.FailedRepeatedly,
            _ => failed + unfinished > 0 ? ExitCode.Unfinished : ExitCode.Done,
        };
    }

    /// <summary>Writes them; answers why that went wrong.</summary>
    private async Task<CommandException?> WriteResultsAsync(RunEnd end)
    {
        // A stream that stops in the middle would look like all there is; a file is said to be a part.
        if (end == RunEnd.Interrupted && settings.Target.File is null)
            return null;
        try
        {
            await settings.Target.WriteAsync(new PlannedResults(scheduler, plan).Source, CancellationToken.None);
            return null;
        }
        catch (CommandException error)
        {
            return error;
        }
    }

    private IEnumerable<string> SummaryLines(RunEnd end, int done, string? file)
    {
        var before = end == RunEnd.NothingToRun ? " before, so nothing was run" : "";
        var results = file is null ? "" : $" Results: {TerminalText.Escape(file)}";
        yield return $"{done} of {Words.Count(plan.Total, "job")} done{before}.{results}";
        if (end == RunEnd.Interrupted && done < plan.Total)
            yield return "The same command runs the rest.";
    }

    private async Task WriteFailuresAsync(int failed)
    {
        if (_output.IsQuiet)
        {
            _output.WriteError($"{failed} of {Words.Count(plan.Total, "job")} failed. To run them again: {settings.RetryLine}");
            return;
        }
        var groups = await FailureGroups.ReadAsync(scheduler, plan, CancellationToken.None);
        _output.WriteProgress($"{Words.Count(failed, "job")} failed:");
        foreach (var line in groups.Lines(_output.Width))
            _output.WriteProgress(line);
        _output.WriteProgress($"All of them: {TerminalText.Escape(ShellText.Join(["pyremto", "jobs", "--state", settings.State.Path, "--state", "exhausted"]))}");
        var logs = settings.Program.LogsFolder ?? settings.Program.FailedFolder;
        if (Directory.Exists(logs))
            _output.WriteProgress($"What they printed is in {TerminalText.Escape(logs)}");
        _output.WriteProgress($"To run them again: {TerminalText.Escape(settings.RetryLine)}");
    }

    private void WriteWhyStopped() => _output.WriteError(
        $"{Words.Count(settings.MaxFailures, "job")} failed and none succeeded, so no more were run. Mend the program and repeat the command, or add "
        + "--max-failures 0 to run them all the same.");
}
