using Spectre.Console;

namespace Pyremto.Cli.Terminal;

/// <summary>
/// Shows on standard error how far the work is: a bar at a terminal, a line a change elsewhere, nothing with <c>--quiet</c>. It draws when it
/// is told something and at no other time.
/// </summary>
internal static class ProgressDisplay
{
    private const string Filled = "green", Failed = "red", Rest = "grey";

    /// <summary>Shows what <paramref name="work"/> tells, for as long as it runs.</summary>
    /// <param name="output">Where to; what is said meanwhile stands above the bar.</param>
    /// <param name="work">Is given what shows the progress, which may be called from any thread.</param>
    public static async Task RunAsync(CommandOutput output, Func<Action<TagProgress>, Task> work)
    {
        if (output.IsQuiet)
            await work(static _ => { });
        else if (output.IsLive)
            await RunLiveAsync(output, work);
        else
            await work(Lines(output.WriteProgress));
    }

    /// <summary>Writes a line whenever it differs from the one before. Not thread-safe beyond that of <paramref name="write"/>.</summary>
    public static Action<TagProgress> Lines(Action<string> write)
    {
        string? last = null;
        return progress =>
        {
            var line = $"{TerminalText.Escape(progress.Tag)}: {Words.Of(progress)}";
            if (Interlocked.Exchange(ref last, line) != line)
                write(line);
        };
    }

    private static async Task RunLiveAsync(CommandOutput output, Func<Action<TagProgress>, Task> work)
    {
        var console = output.CreateConsole();
        await console.Live(new Text("")).StartAsync(async live =>
        {
            using var above = output.SayAbove(line => console.Write(new LineAbove(line)));
            await work(progress => output.Draw(() =>
            {
                live.UpdateTarget(Draw(progress, output.Width));
                live.Refresh();
            }));
        });
    }

    private static Rows Draw(TagProgress progress, int width) =>
        new(Bar(progress, Math.Clamp(width - 1, 10, 78)), new Text(Words.Of(progress)));

    private static Paragraph Bar(TagProgress progress, int width)
    {
        var percent = progress.Total == 0 ? 0 : (int)(100L * progress.Done / progress.Total);
        var label = $" {percent,3}%";
        var columns = width - label.Length;
        var done = Columns(progress.Done);
        var failed = Math.Max(Columns((long)progress.Done + progress.Exhausted) - done, 0);
        var (mark, space) = Unicode() ? ('━', '─') : ('#', '-');
        return new Paragraph()
            .Append(new string(mark, done), Style.Parse(Filled))
            .Append(new string(Unicode() ? '━' : 'x', failed), Style.Parse(Failed))
            .Append(new string(space, columns - done - failed), Style.Parse(Rest))
            .Append(label);

        int Columns(long jobs) => progress.Total == 0 ? 0 : (int)(columns * jobs / progress.Total);
    }

    private static bool Unicode()
    {
        string[] names = ["LC_ALL", "LC_CTYPE", "LANG"];
        var locale = names.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return OperatingSystem.IsWindows() || (locale?.Replace("-", "", StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase) ?? false);
    }
}
