namespace Pyremto.Cli.Terminal;

/// <summary>How states are called for people.</summary>
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

    /// <summary>How many of something, in the singular where it is one.</summary>
    public static string Count(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";
}
