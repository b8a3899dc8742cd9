using System.Globalization;

namespace Pyremto;

/// <summary>
/// The file descriptors that a process keeps for itself, whoever connects: for the store, outgoing connections, and what is loaded when
/// it is first needed. A process without one can do nothing any more, so servers refuse connections before that. For transports;
/// immutable.
/// </summary>
/// <remarks>
/// The system gives a new descriptor the least number that is free, so a number tells how many are in use, whatever they are used for.
/// </remarks>
public sealed class DescriptorReserve
{
    private const string Limits = "/proc/self/limits";
    private const string OpenFiles = "Max open files";
    private const int MostReserved = 1024;

    private readonly long _forConnections;

    /// <summary>The reserve of a process.</summary>
    /// <param name="limit">How many descriptors it may have; null for any number.</param>
    public DescriptorReserve(long? limit)
    {
        Limit = limit;
        _forConnections = limit is { } most ? most - Math.Min(most / 4, MostReserved) : long.MaxValue;
    }

    /// <summary>How many descriptors the process may have; null for any number, or where the system does not tell.</summary>
    public long? Limit { get; }

    /// <summary>
    /// A quarter of the descriptors that connections may have: what one other machine may hold of them; null where there is no limit.
    /// </summary>
    public long? Share => Limit is null ? null : Math.Max(1, _forConnections / 4);

    /// <summary>What this process has, by the limit that holds now (<c>RLIMIT_NOFILE</c>). Known on Linux alone.</summary>
    public static DescriptorReserve OfThisProcess() => new(File.Exists(Limits) ? Read(File.ReadLines(Limits)) : null);

    /// <summary>Whether a connection may keep the descriptor that it was given.</summary>
    /// <param name="descriptor">Its number.</param>
    public bool Allows(long descriptor) => descriptor < _forConnections;

    private static long? Read(IEnumerable<string> limits)
    {
        var line = limits.FirstOrDefault(line => line.StartsWith(OpenFiles, StringComparison.Ordinal));
        var soft = line?[OpenFiles.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null; // else "unlimited"
    }
}
