using System.CommandLine;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Inputs;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto submit</c>: a new tag with its jobs (S1).</summary>
internal sealed class SubmitCommand : CoordinatorVerb
{
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "The jobs: .jsonl, .json or .csv, or - for standard input", Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _tag = new("--tag", "-t") { Description = "The new tag's name; without it the coordinator makes one up", HelpName = "TAG" };
    private readonly JobInputOptions _input = new();
    private readonly Option<int?> _attempts = SetupOptions.Attempts($"How often a job may be handed out in all. Default: {SetupOptions.DefaultAttempts}");
    private readonly Option<TimeSpan?> _lease = SetupOptions.Lease("How long a silent worker is believed alive. Default: 2m");
    private readonly Option<TimeSpan?> _retryDelay = SetupOptions.RetryDelay(
        "How long a failed job waits before its next attempt; doubles with each failure. Default: 0");

    private readonly Option<RedistributionPolicy?> _policy = SetupOptions.Policy("When a job may be handed out once more; when_lost unless said otherwise");
    private readonly PasswordOptions _password = new();

    public SubmitCommand()
        : base(
            "submit", "Makes a tag and sets its jobs up",
            "pyremto submit grid.jsonl --tag search",
            "pyremto submit --grid lr=0.1,0.01 --grid depth=2..8 --repetitions 5",
            "python3 make_jobs.py | pyremto submit - --tag search --password-file secret.txt")
    {
        Arguments.Add(_file);
        Options.Insert(0, _tag);
        _input.AddTo(this);
        foreach (var option in (Option[])[_attempts, _lease, _retryDelay, _policy])
            Options.Add(option);
        _password.AddTo(this);
    }

    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection)
    {
        var parsed = context.Parsed;
        var jobs = await _input.Choose(parsed, parsed.GetValue(_file)).ReadAsync(context.Stopped);
        var setup = new JobSetup
        {
            Jobs = jobs,
            MaxRedistributionAttempts = parsed.GetValue(_attempts) ?? SetupOptions.DefaultAttempts,
            Lease = parsed.GetValue(_lease) ?? SetupOptions.DefaultLease,
            RetryDelay = parsed.GetValue(_retryDelay) ?? TimeSpan.Zero,
            Policy = parsed.GetValue(_policy) ?? SetupOptions.DefaultPolicy,
            Repetitions = _input.RepetitionsOf(parsed),
            RequestId = connection.Random.NextWord(20),
        };
        var password = await _password.ReadAsync(context, isNew: true);
        var tag = await Submission.SetUpAsync(connection, parsed.GetValue(_tag), password, setup, context.Stopped);
        var page = await TagPages.FindAsync(connection.Scheduler, tag, publicUrl: null, context.Stopped);
        var count = jobs.Count * setup.Repetitions;
        if (context.Output.IsJson)
        {
            var submitted = new SubmittedTag(tag.Tag, count, page?.Url.AbsoluteUri);
            await context.Output.WriteJsonAsync(submitted, CommandJson.Default.SubmittedTag, context.Stopped);
            return ExitCode.Done;
        }
        Show(tag, page, connection.Location, context.Output);
        context.Output.WriteProgress($"{Words.Count(count, "job")} set up as tag:");
        await context.Output.WriteDataAsync(TerminalText.Escape(tag.Tag), context.Stopped);
        return ExitCode.Done;
    }

    private static void Show(TagAccess tag, PageLink? page, CoordinatorLocation location, CommandOutput output)
    {
        if (page is not null && output.IsLive)
            foreach (var line in PageCode.Lines(page, output.Width, output.HasColours))
                output.WriteProgress(line);
        else if (page is not null)
            output.WriteProgress(page.Url.AbsoluteUri);
        output.WriteProgress(location.Pipe is null ? "On each machine that is to work on it:" : "To work on it, on this machine:");
        var name = TerminalText.Escape(ShellText.Quote(tag.Tag));
        output.WriteProgress($"  pyremto work --tag {name}{OptionsElsewhere(page, location)} -- PROGRAM ARG...");
    }

    /// <summary>What leads to the coordinator from other machines: the page's address is made to be reached from there.</summary>
    private static string OptionsElsewhere(PageLink? page, CoordinatorLocation location) =>
        location.Pipe is null && page is { Url.IsLoopback: false }
            ? $" --url {ShellText.Quote(new Uri(page.Url, "..").AbsoluteUri.TrimEnd('/'))}"
            : location.Options;
}
