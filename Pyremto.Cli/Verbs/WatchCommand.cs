using System.Globalization;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto watch</c>: how far the work is, until it is done.</summary>
internal sealed class WatchCommand() : TagVerb(
    "watch", "Shows how far the work is, until it is done", "pyremto watch --tag search", "ssh lab-server pyremto watch --tag search", "pyremto watch --tag search >> progress.log")
{
    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        var output = context.Output;
        TagProgress? last = null;
        if (output.IsJson)
            last = await Watching.FollowAsync(
                connection, tag, progress => output.WriteJsonAsync(progress, PyremtoJson.Default.TagProgress, context.Stopped), context);
        else if (output is { IsDataSeen: true, IsLive: true, IsQuiet: false })
            await ProgressDisplay.RunAsync(output, async show =>
            {
                last = await Watching.FollowAsync(connection, tag, Shown(show), context);
                return true;
            });
        else
            last = await Watching.FollowAsync(connection, tag, Lines(context, connection.Time), context);
        return Watching.ExitCodeOf(last!);
    }

    private static Func<TagProgress, Task> Shown(Action<TagProgress> show) => progress =>
    {
        show(progress);
        return Task.CompletedTask;
    };

    /// <summary>A line for each change that can be seen in it, with the time, for logs.</summary>
    private static Func<TagProgress, Task> Lines(VerbContext context, TimeProvider time)
    {
        string? last = null;
        return async progress =>
        {
            var line = $"{TerminalText.Escape(progress.Tag)}: {Words.Of(progress)}";
            if (line == last)
                return;
            last = line;
            var now = time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            await context.Output.WriteDataAsync($"{now} {line}", context.Stopped);
        };
    }
}
