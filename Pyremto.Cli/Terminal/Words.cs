using System.Globalization;
using System.Text;

namespace Pyremto.Cli.Terminal;

/// <summary>How states, counts and times are written for people.</summary>
internal static class Words
{
    /// <summary>Where a tag's work stands.</summary>
    public static string Of(TagStatus status) => status switch
    {
        TagStatus.NotSetUp => "not set up",
        TagStatus.Running => "running",
        TagStatus.Paused => "paused",
        TagStatus.Drained => "exhausted jobs left",
        _ => "done",
    };

    /// <summary>The state of a job, as it is also given to <c>--state</c>.</summary>
    public static string Of(JobState state) => state == JobState.InProgress ? "in_progress" : state.ToString().ToLowerInvariant();

    /// <summary>How many of something, in the singular where it is one.</summary>
    public static string Count(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>A time span as <c>0:42</c>, <c>1:05:09</c> or <c>3 d 4 h</c>.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{(long)time.TotalDays} d {time.Hours} h",
        { TotalHours: >= 1 } => $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}",
        _ => $"{Math.Max(0, time.Minutes)}:{Math.Max(0, time.Seconds):00}",
    };

    /// <summary>A moment as this machine's clock shows it.</summary>
    public static string Of(DateTimeOffset moment) => moment.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>How many attempts failed, to stand behind other counts; nothing where these say as much.</summary>
    /// <param name="attempts">The failed attempts.</param>
    /// <param name="told">How many of them the reader knows already, from the jobs that failed for good.</param>
    public static string FailedAttempts(long attempts, int told) => attempts > told ? $", {Count(attempts, "failed attempt")}" : "";

    /// <summary>How far the work is, in one line: <c>12 of 100 done, 3 running, 1 failed, 2.5/s, 0:35 left</c>.</summary>
    public static string Of(TagProgress progress)
    {
        if (progress.State == TagStatus.NotSetUp)
            return "no jobs yet";
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Total} done");
        Append(progress.InProgress, "running");
        Append(progress.Exhausted, "failed");
        line.Append(FailedAttempts(progress.FailedAttempts, progress.Exhausted));
        Append(progress.Cancelled, "cancelled");
        if (progress.State == TagStatus.Paused)
            line.Append(", paused");
        if (progress is { State: TagStatus.Running, PerSecond: > 0 and { } rate })
            line.Append(", ").Append(Rate(rate));
        if (progress is { State: TagStatus.Running, EtaSeconds: { } eta } && TimeSpan.MaxValue.TotalSeconds > eta)
            line.Append(", ").Append(Of(TimeSpan.FromSeconds(eta))).Append(" left");
        if (progress.NoWorkerSince is { } since)
        {
            var command = TerminalText.Escape(ShellText.Join(["pyremto", "work", "--tag", progress.Tag]));
            line.Append(CultureInfo.InvariantCulture, $", no worker is working since {Of(since)}; '{command}' starts one");
        }
        return line.ToString();

        void Append(int count, string what)
        {
            if (count > 0)
                line.Append(CultureInfo.InvariantCulture, $", {count} {what}");
        }
    }

    private static string Rate(double perSecond) => perSecond switch
    {
        >= 100 => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0}/s"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.0}/s"),
        >= 1.0 / 60 => string.Create(CultureInfo.InvariantCulture, $"{perSecond * 60:0.0}/min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{perSecond * 3600:0.0}/h"),
    };
}
