using Pyremto.Cli.Outputs;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>Writes the results of a run to its file again and again while it goes on, so that one that is killed leaves them
/// readable.</summary>
internal sealed class GrowingResults(IResultTarget target, IJobScheduler scheduler, RunPlan plan, CommandOutput output, TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(2);

    /// <summary>All of them are written each time, so that a table has all columns: a large file less often.</summary>
    private const int PauseByCost = 20;

    /// <summary>Writes them whenever there are more, until the run has ended. Standard output gets them in the end alone.</summary>
    public async Task WriteAsync(Task ended, CancellationToken cancellationToken)
    {
        if (target.File is null)
            return;
        var tag = new TagAccess(plan.Set!);
        var written = (await scheduler.GetProgressAsync(tag, cancellationToken)).Done;
        var pause = ShortestPause;
        var isBroken = false;
        while (!await EndsWithinAsync(ended, pause, cancellationToken))
        {
            var done = (await scheduler.GetProgressAsync(tag, cancellationToken)).Done;
            if (done == written)
                continue;
            var begun = time.GetTimestamp();
            try
            {
                await target.WriteAsync(new PlannedResults(scheduler, plan).Source, cancellationToken);
                isBroken = false;
            }
            catch (CommandException error)
            {
                if (!isBroken)
                    output.WriteWarning($"{error.Message} They are kept in the state, and written in the end.");
                isBroken = true;
            }
            written = done;
            var cost = time.GetElapsedTime(begun) * PauseByCost;
            pause = cost > ShortestPause ? cost : ShortestPause;
        }
    }

    private async Task<bool> EndsWithinAsync(Task ended, TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await ended.WaitAsync(pause, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
