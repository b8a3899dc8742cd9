using System.CommandLine;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto jobs</c>: the jobs of a tag, and why they failed.</summary>
internal sealed class JobsCommand : TagVerb
{
    private const int PageSize = 500;

    private readonly Option<JobState?> _state = Choices.Option(
        ["--state", "-s"], "Only jobs in this state: waiting, in_progress, done, exhausted, cancelled", "STATE",
        [.. Enum.GetValues<JobState>().Select(static state => (Words.Of(state), state))]);

    public JobsCommand()
        : base(
            "jobs", "Lists jobs with their attempts, and why they failed",
            "pyremto jobs --tag search --state exhausted", "pyremto jobs --tag search --json") => Options.Add(_state);

    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        var query = new JobQuery { State = context.Parsed.GetValue(_state), Limit = PageSize };
        while (true)
        {
            var page = await connection.Scheduler.GetJobsAsync(tag, query, context.Stopped);
            foreach (var job in page.Jobs)
                await WriteAsync(job, context);
            if (page.Next is not { } next)
                return ExitCode.Done;
            query = query with { After = next };
        }
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
        yield return $"{job.JobId} {Words.Of(job.State)} {job.Description}";
        foreach (var attempt in job.Attempts.Where(attempt => job.State is not JobState.Done || attempt.State is HandOutState.Done))
        {
            var where = attempt.Worker is { } worker ? $" on {WorkerId.HostOf(worker)}" : "";
            var code = attempt.ExitCode is { } exitCode ? $" with exit code {exitCode}" : "";
            // Of a program's last words the last say most.
            var error = attempt.Error is { } text ? $": {LastLine(text)}" : "";
            yield return $"  attempt {attempt.Attempt} {attempt.State.ToString().ToLowerInvariant()}{where}{code}{error}";
        }
    }

    private static string LastLine(string text)
    {
        var trimmed = text.AsSpan().TrimEnd();
        return trimmed[(trimmed.LastIndexOf('\n') + 1)..].ToString();
    }

    private static string Cut(string line, CommandOutput output) =>
        output.IsDataSeen && !output.IsVerbose ? TerminalText.Fit(line, output.Width) : TerminalText.Escape(line);
}
