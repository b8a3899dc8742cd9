using System.CommandLine;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto jobs</c>: the jobs of a tag, and why they failed.</summary>
internal sealed class JobsCommand : TagVerb
{
    private const int PageSize = 500;

    private static readonly string[] States = [.. Enum.GetValues<JobState>().Select(Words.Of)];

    private readonly Option<JobState?> _state = new("--state", "-s")
    {
        Description = $"Only jobs in this state: {string.Join(", ", States)}",
        HelpName = "STATE",
        CustomParser = static result =>
        {
            if (Array.IndexOf(States, result.Tokens[0].Value) is >= 0 and var index)
                return (JobState)index;
            result.AddError($"'{result.Tokens[0].Value}' is no state: {string.Join(", ", States)}.");
            return null;
        },
    };

    public JobsCommand()
        : base(
            "jobs", "Lists jobs with their attempts, and why they failed",
            "pyremto jobs --tag search --state exhausted", "pyremto jobs --tag search --json")
    {
        _state.CompletionSources.Add(States);
        Options.Add(_state);
    }

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
