namespace Pyremto;

/// <summary>
/// How far the wall clock is ahead of a store's own time. The store's time never jumps: by it leases end, and orders stand. What is kept
/// and shown is the wall clock's.
/// </summary>
internal sealed class WallTime
{
    public long Ahead { get; set; }

    /// <summary>What the wall clock would have said at a moment of the store.</summary>
    public long Of(long moment) => moment + Ahead;

    /// <summary>The store's moment at which the wall clock would have said so.</summary>
    public long ToStore(long wall) => wall - Ahead;

    public DateTimeOffset Show(long moment) => UnixTime.FromMicros(Of(moment));
}
