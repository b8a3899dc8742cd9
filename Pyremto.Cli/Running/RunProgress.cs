using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>Shows how far a run is: a bar whose time goes on between two results at a terminal, a line now and then elsewhere.</summary>
internal sealed class RunProgress(CommandOutput output, IJobScheduler scheduler, RunPlan plan, RunFailures failures, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private (TagProgress Progress, long At)? _latest;

    /// <summary>Shows it until the run has ended, and once more then; nothing is left of it where the run was cut off.</summary>
    public async Task ShowAsync(Task ended, Task cutOff, CancellationToken cancellationToken)
    {
        var over = Task.WhenAny(ended, cutOff);
        if (output.IsQuiet)
            await over;
        else if (output.IsLive)
            await ProgressDisplay.RunAsync(output, async show =>
            {
                await FollowAsync(show, Tick, over, cancellationToken);
                if (ended.IsCompleted)
                    show(Now(await scheduler.GetProgressAsync(new TagAccess(plan.Set!), cancellationToken)) with { EtaSeconds = null });
                return ended.IsCompleted;
            });
        else
            await FollowAsync(ProgressDisplay.Lines(output.WriteProgress), BetweenLines, over, cancellationToken);
    }

    private async Task FollowAsync(Action<TagProgress> show, TimeSpan every, Task ended, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(output.IsLive ? show : static _ => { }, over.Token);
        using (var timer = new PeriodicTimer(every, time))
        {
            while (!ended.IsCompleted)
            {
                var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                if (await Task.WhenAny(tick, ended) == tick && await tick && _latest is { } latest)
                    show(Aged(latest.Progress, time.GetElapsedTime(latest.At)));
            }
        }
        await over.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WatchAsync(Action<TagProgress> show, CancellationToken cancellationToken)
    {
        await foreach (var progress in scheduler.WatchProgressAsync(new TagAccess(plan.Set!), cancellationToken))
        {
            var now = Now(progress);
            _latest = (now, time.GetTimestamp());
            show(now);
        }
    }

    /// <summary>With the results from before, and with jobs as failed whose last attempt failed, for a person would want to know of them
    /// now.</summary>
    private TagProgress Now(TagProgress progress)
    {
        var whole = plan.Whole(progress);
        return whole with { NoWorkerSince = null, Exhausted = Math.Max(whole.Exhausted, failures.Count) };
    }

    private static TagProgress Aged(TagProgress progress, TimeSpan age) =>
        progress.EtaSeconds is { } eta ? progress with { EtaSeconds = Math.Max(eta - age.TotalSeconds, 0) } : progress;
}
