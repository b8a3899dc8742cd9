using System.CommandLine;
using System.CommandLine.Parsing;
using Pyremto.Cli.Inputs;
using Pyremto.Cli.Outputs;
using Pyremto.Cli.Terminal;
using Pyremto.Cli.Verbs;
using Pyremto.Cli.Working;

namespace Pyremto.Cli.Running;

/// <summary>The options of <c>run</c>.</summary>
internal sealed class RunOptions
{
    private readonly JobInputOptions _input = new();
    private readonly ResultOptions _results = new();
    private readonly ProgramOptions _program = new();
    private readonly Option<int?> _attempts = SetupOptions.Attempts("How often a job may be tried in all. Default: 3");

    private readonly Option<TimeSpan?> _retryDelay = SetupOptions.RetryDelay(
        "How long a failed job waits before its next attempt; doubles with each failure. Default: 1s");

    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "The jobs: .jsonl, .json or .csv, or - for standard input; without it, --grid",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _state = new("--state")
    {
        HelpName = "FILE",
        Description = "Where jobs and results are kept, so that the same command goes on. Default: beside the input, or in this folder",
    };

    private readonly Option<bool> _retry = new("--retry") { Description = "Run the jobs again that have failed for good" };

    private readonly Option<bool> _keep = new("--keep") { Description = "The program has changed: keep its results, run the rest" };

    private readonly Option<bool> _fresh = new("--fresh") { Description = "Throw all results away and run everything anew" };

    private readonly Option<bool> _page = new("--page") { Description = "Show a progress page, for a phone too: prints its link and QR code" };

    private readonly Option<string> _urls = new("--urls")
    {
        HelpName = "URL",
        Description = "Where the page listens. Default: http://*:0, any free port on all addresses",
        DefaultValueFactory = static _ => "http://*:0",
    };

    private readonly Option<Uri?> _publicUrl = new("--public-url")
    {
        HelpName = "URL",
        Description = "Under which address others reach the page, behind a proxy or tunnel",
        CustomParser = static result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                return url;
            result.AddError($"'{result.Tokens[0].Value}' is no address for --public-url; write it like https://lab.example.org.");
            return null;
        },
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_file);
        command.Options.Add(_results.Output);
        _input.AddTo(command);
        _program.AddTo(command);
        foreach (var option in (Option[])[_attempts, _retryDelay, _state, _retry, _keep, _fresh, _page, _urls, _publicUrl])
            command.Options.Add(option);
    }

    /// <summary>What was chosen.</summary>
    /// <exception cref="CommandException">It makes no sense.</exception>
    public RunSettings Read(VerbContext context)
    {
        var parsed = context.Parsed;
        var input = _input.Choose(parsed, File(parsed));
        var target = _results.Choose(parsed, context.Output);
        if (input is FileInput { File: { } file } && target.File is { } output && RealPath.Of(file) == RealPath.Of(output))
            throw CommandException.WrongUse($"'{file}' has the jobs: let the results go to another file.");
        var state = StateFile.Choose(parsed.GetValue(_state), input);
        if (target.File is { } results && RealPath.Of(results) == RealPath.Of(state.Path))
            throw CommandException.WrongUse($"'{results}' is where the jobs are kept (--state): let the results go to another file.");
        return new RunSettings
        {
            Input = input,
            Repetitions = _input.RepetitionsOf(parsed),
            Program = _program.Read(parsed, state.LogsFolder),
            State = state,
            Target = target,
            Attempts = parsed.GetValue(_attempts),
            RetryDelay = parsed.GetValue(_retryDelay),
            WhenChanged = ReadWhenChanged(parsed),
            Retry = parsed.GetValue(_retry),
            MaxFailures = _program.MaxFailures(parsed),
            Page = parsed.GetValue(_page) ? new PageSettings(parsed.GetValue(_urls)!, parsed.GetValue(_publicUrl)) : null,
            RetryLine = RetryLine(parsed),
        };
    }

    private WhenChanged ReadWhenChanged(ParseResult parsed) => (parsed.GetValue(_keep), parsed.GetValue(_fresh)) switch
    {
        (true, true) => throw CommandException.WrongUse("--keep keeps results and --fresh throws them away: choose one."),
        (true, _) => WhenChanged.Keep,
        (_, true) => WhenChanged.Fresh,
        _ => WhenChanged.Ask,
    };

    /// <summary>The one word before <c>--</c> that is no option.</summary>
    private string? File(ParseResult parsed) => _program.WordsBefore(
        parsed, most: 1, "There are too many words before --: one file with jobs, then -- and the program with its arguments.",
        parsed.GetValue(_file)).SingleOrDefault();

    /// <summary>The command again, with <c>--retry</c> and without what would throw results away.</summary>
    private static string RetryLine(ParseResult parsed)
    {
        string[] once = ["--retry", "--keep", "--fresh"];
        var words = parsed.Tokens.Select(static token => token.Value).ToList();
        var dashes = parsed.Tokens.TakeWhile(static token => token.Type != TokenType.DoubleDash).Count();
        var ours = words.Take(dashes).Where(word => !once.Contains(word, StringComparer.Ordinal));
        return ShellText.Join(["pyremto", .. ours, "--retry", .. words.Skip(dashes)]);
    }
}
