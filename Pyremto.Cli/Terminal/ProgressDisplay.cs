namespace Pyremto.Cli.Terminal;

/// <summary>
/// Shows on standard error how far the work is: a bar at a terminal, a line a change elsewhere, nothing with <c>--quiet</c>. It draws
/// when it is told something and at no other time.
/// </summary>
internal static class ProgressDisplay
{
    private const string Green = "\u001b[32m", Red = "\u001b[31m", Grey = "\u001b[90m", Plain = "\u001b[0m";

    /// <summary>What a terminal writes where Ctrl-C is pressed must not break the line, and one column stays free.</summary>
    private const int EchoOfCtrlC = 3;

    /// <summary>Shows what <paramref name="work"/> tells, for as long as it runs.</summary>
    /// <param name="output">Where to; what is said meanwhile stands above the bar.</param>
    /// <param name="work">
    /// Is given what shows the progress, which may be called from any thread. Answers whether a bar is to stay; one of a work that was
    /// cut off would tell for ever what was so once.
    /// </param>
    public static async Task RunAsync(CommandOutput output, Func<Action<TagProgress>, Task<bool>> work)
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

    private static async Task RunLiveAsync(CommandOutput output, Func<Action<TagProgress>, Task<bool>> work)
    {
        var stays = false;
        try
        {
            stays = await work(progress => output.Draw(Draw(progress, output.Width, output.HasColours)));
        }
        finally
        {
            output.EndDrawing(stays);
        }
    }

    private static List<LiveLine> Draw(TagProgress progress, int width, bool colours) =>
        [Bar(progress, Math.Clamp(width - 1, 10, 78), colours), .. Wrap(Words.Of(progress), Math.Max(width - EchoOfCtrlC, 10))];

    /// <summary>Breaks a text where its blanks are.</summary>
    private static IEnumerable<LiveLine> Wrap(string text, int width)
    {
        while (text.Length > width)
        {
            var blank = text.LastIndexOf(' ', width);
            var end = blank > 0 ? blank : width;
            yield return new LiveLine(text[..end]);
            text = text[end..].TrimStart();
        }
        yield return new LiveLine(text);
    }

    private static LiveLine Bar(TagProgress progress, int width, bool colours)
    {
        var percent = progress.Total == 0 ? 0 : (int)(100L * progress.Done / progress.Total);
        var label = $" {percent,3}%";
        var columns = width - label.Length;
        var done = Columns(progress.Done);
        var failed = Math.Max(Columns((long)progress.Done + progress.Exhausted) - done, 0);
        var (mark, space) = Unicode() ? ('━', '─') : ('#', '-');
        (string Text, string Colour)[] parts =
        [
            (new string(mark, done), Green), (new string(Unicode() ? '━' : 'x', failed), Red), (new string(space, columns - done - failed), Grey), (label, ""),
        ];
        var text = string.Concat(parts.Select(static part => part.Text));
        return colours
            ? new LiveLine(text, string.Concat(parts.Where(static part => part.Text.Length > 0).Select(static part => $"{part.Colour}{part.Text}{Plain}")))
            : new LiveLine(text);

        int Columns(long jobs) => progress.Total == 0 ? 0 : (int)(columns * jobs / progress.Total);
    }

    private static bool Unicode()
    {
        string[] names = ["LC_ALL", "LC_CTYPE", "LANG"];
        var locale = names.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return OperatingSystem.IsWindows() || (locale?.Replace("-", "", StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase) ?? false);
    }
}
