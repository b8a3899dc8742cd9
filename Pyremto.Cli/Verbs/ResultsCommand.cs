using Pyremto.Cli.Connecting;
using Pyremto.Cli.Outputs;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto results</c>: the results there are.</summary>
internal sealed class ResultsCommand : TagVerb
{
    private readonly ResultOptions _results = new();

    public ResultsCommand()
        : base(
            "results", "Fetches the results there are (exit code 1 while some are missing)",
            "pyremto results --tag search -o results.csv", "pyremto results --tag search | jq .result.loss") =>
        _results.AddTo(this);

    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        var target = _results.Choose(context.Parsed, context.Output);
        // Asked first: what is missing now may come while results are read, but nothing that is there goes.
        var progress = await connection.Scheduler.GetProgressAsync(tag, context.Stopped);
        var source = new ResultSource(
            token => connection.Scheduler.GetResultsAsync(tag, new ResultQuery(), token), token => connection.Scheduler.GetJobsAsync(tag, new JobQuery(), token));
        await target.WriteAsync(source, context.Stopped);
        var where = target.File is { } file ? $" written to {file}" : "";
        context.Output.WriteProgress($"{TerminalText.Escape(tag.Tag)}: {progress.Done} of {Words.Count(progress.Total, "result")}{where}");
        return progress.State == TagStatus.Done ? ExitCode.Done : ExitCode.Unfinished;
    }
}
