using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary>Follows a tag to its end, over restarts of its coordinator.</summary>
internal static class Watching
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Follows the tag until nothing is left that could be handed out. Between changes it only waits.
    /// </summary>
    /// <param name="connection">The coordinator. One that never answered ends it; one that did is waited for.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="show">Is told every change.</param>
    /// <param name="context">The verb.</param>
    /// <returns>How far the work was at its end.</returns>
    /// <exception cref="TagUnknownException">There is no such tag, or it was deleted.</exception>
    public static async Task<TagProgress> FollowAsync(
        CoordinatorConnection connection, TagAccess tag, Func<TagProgress, Task> show, VerbContext context)
    {
        var answered = false;
        var silent = false;
        while (true)
        {
            try
            {
                await foreach (var progress in connection.Scheduler.WatchProgressAsync(tag, context.Stopped))
                {
                    (answered, silent) = (true, false);
                    await show(progress);
                    if (progress.State is TagStatus.Done or TagStatus.Drained)
                        return progress;
                }
                throw new TagUnknownException($"The tag '{tag.Tag}' was deleted.");
            }
            catch (CoordinatorUnreachableException error) when (answered)
            {
                if (!silent)
                    context.Output.WriteWarning($"{error.Message} Waiting until it answers again.");
                silent = true;
                await Task.Delay(Pause, connection.Time, context.Stopped);
            }
        }
    }

    /// <summary>What the end of the work means to scripts.</summary>
    public static int ExitCodeOf(TagProgress progress) => progress.State == TagStatus.Done ? ExitCode.Done : ExitCode.Unfinished;
}
