namespace Pyremto;

/// <summary>The ids of our own workers: <c>host:process:slot:random</c>, new at every process start (DESIGN part 2).</summary>
public static class WorkerId
{
    /// <summary>The longest id that a scheduler takes.</summary>
    public const int MaxLength = 128;

    /// <summary>Makes a new id for a slot of this process.</summary>
    /// <param name="slot">The slot's name; shown, need not be unique.</param>
    /// <param name="random">Where the random part comes from.</param>
    public static string Create(string slot, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(slot);
        var host = Environment.MachineName.Replace(':', '_');
        return $"{Cut(host, 48)}:{Environment.ProcessId}:{Cut(slot, 48).Replace(':', '_')}:{random.NextWord(10)}";
    }

    /// <summary>The host that an id of ours names; the whole id where it is somebody else's.</summary>
    public static string HostOf(string workerId)
    {
        ArgumentNullException.ThrowIfNull(workerId);
        var end = workerId.IndexOf(':', StringComparison.Ordinal);
        return end > 0 ? workerId[..end] : workerId;
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
