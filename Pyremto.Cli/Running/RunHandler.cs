using Pyremto.Cli.Programs;

namespace Pyremto.Cli.Running;

/// <summary>Does a job of a run by its program, under the id that it has in the run. Thread-safe.</summary>
internal sealed class RunHandler(ProgramHandler program, RunStage stage, RunFailures failures) : IJobHandler<JsonText, JsonText>
{
    public async Task<JsonText> RunAsync(JsonText job, JobContext context, CancellationToken cancellationToken)
    {
        var seen = stage.Plan.Seen(context);
        try
        {
            var result = await program.RunAsync(job, seen, cancellationToken);
            failures.Succeeded(seen.JobId);
            return result;
        }
        catch (Exception error) when (error is not OperationCanceledException and not JobReleasedException)
        {
            failures.Failed(seen.JobId, error);
            throw;
        }
    }
}
