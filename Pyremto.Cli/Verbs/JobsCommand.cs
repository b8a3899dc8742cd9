using System.CommandLine;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Programs;
using Pyremto.Cli.Running;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto jobs</c>: the jobs of a tag, and why they failed.</summary>
internal sealed class JobsCommand : TagVerb
{
    private const int PageSize = 500;

    private static readonly string[] States = [.. Enum.GetValues<JobState>().Select(Words.Of)];

    private readonly Option<string[]> _state = new("--state", "-s")
    {
        Description = $"Only jobs in this state: {string.Join(", ", States)}. Or the file in which a run keeps its jobs, to list these",
        HelpName = "STATE|FILE",
    };

    public JobsCommand()
        : base(
            "jobs", "Lists jobs with their attempts, and why they failed",
            "pyremto jobs --tag search --state exhausted", "pyremto jobs --tag search --json", "pyremto jobs --state grid.jsonl.pyremto.db --state exhausted")
    {
        _state.CompletionSources.Add(States);
        Options.Add(_state);
    }

    public override async Task<int> RunAsync(VerbContext context)
    {
        var (_, file) = Read(context);
        if (file is null)
            return await base.RunAsync(context);
        await using var state = await StateCopy.OpenAsync(file, context.Output, context.Stopped);
        var tag = new TagAccess(await state.FindTagAsync(file, context.Stopped));
        return await ListAsync(context, state.Scheduler, tag);
    }

    protected override Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag) => ListAsync(context, connection.Scheduler, tag);

    private async Task<int> ListAsync(VerbContext context, IJobScheduler scheduler, TagAccess tag)
    {
        var query = new JobQuery { State = Read(context).State, Limit = PageSize };
        while (true)
        {
            var page = await scheduler.GetJobsAsync(tag, query, context.Stopped);
            foreach (var job in page.Jobs)
                await WriteAsync(job, context);
            if (page.Next is not { } next)
                return ExitCode.Done;
            query = query with { After = next };
        }
    }

    /// <summary>What is no state of a job is a file.</summary>
    private (JobState? State, string? File) Read(VerbContext context)
    {
        JobState? state = null;
        string? file = null;
        foreach (var word in context.Parsed.GetValue(_state) ?? [])
        {
            if (Array.IndexOf(States, word) is >= 0 and var index)
                state = Enum.GetValues<JobState>()[index];
            else if (file is not null || !File.Exists(word))
                throw CommandException.WrongUse($"--state takes {string.Join(", ", States[..^1])} or {States[^1]}, or the file of a run; there is no file '{word}'.");
            else
                file = word;
        }
        return (state, file);
    }

    private static async Task WriteAsync(JobInfo job, VerbContext context)
    {
        if (context.Output.IsJson)
        {
            await context.Output.WriteJsonAsync(job, PyremtoJson.Default.JobInfo, context.Stopped);
            return;
        }
        foreach (var line in Lines(job))
            await context.Output.WriteDataAsync(Cut(line, context.Output), context.Stopped);
    }

    private static IEnumerable<string> Lines(JobInfo job)
    {
        var until = job.WaitingUntil is { } moment ? $" until {Words.Of(moment)}" : "";
        yield return $"{job.JobId} {Words.Of(job.State)}{until} {job.Description}";
        foreach (var attempt in job.Attempts.Where(attempt => job.State is not JobState.Done || attempt.State is HandOutState.Done))
        {
            var where = attempt.Worker is { } worker ? $" on {WorkerId.HostOf(worker)}" : "";
            var code = attempt.ExitCode is { } exitCode ? $" with exit code {exitCode}" : "";
            var error = attempt.Error is { } text ? $": {LastWords.In(text)}" : "";
            yield return $"  attempt {attempt.Attempt} {attempt.State.ToString().ToLowerInvariant()}{where}{code}{error}";
        }
    }

    private static string Cut(string line, CommandOutput output) =>
        output.IsDataSeen && !output.IsVerbose ? TerminalText.Fit(line, output.Width) : TerminalText.Escape(line);
}
