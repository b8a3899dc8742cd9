namespace Pyremto;

/// <summary>
/// How large a group of changes grows before it is committed. A flush takes as long for one change as for many, so callers who were answered
/// just now are given a moment to come back. Those who are on their way for more than half of a flush are far away, in another process:
/// when they come together, only half of them is taken, so that from then on one half travels while the other one is flushed. Plain decisions
/// for one thread; no clock of its own.
/// </summary>
internal sealed class GroupPace
{
    /// <summary>The largest group.</summary>
    public const int Largest = 1024;

    /// <summary>Fewer callers share a flush, however far they are: a second one costs them more than they win.</summary>
    private const int FewestToHalve = 8;

    /// <summary>How many of the last flushes count for what one takes.</summary>
    private const int Memory = 8;

    private static readonly TimeSpan ShortestPatience = TimeSpan.FromMicroseconds(60);

    /// <summary>The writer spins while it waits, so that on a slow disk too it must not wait long.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMicroseconds(500);

    /// <summary>How many callers are about: the size of the last groups.</summary>
    private int _callers;

    /// <summary>What a flush takes.</summary>
    private TimeSpan _flush;

    /// <summary>How many the group may take that was begun last.</summary>
    public int Most { get; private set; } = Largest;

    /// <summary>How long callers are awaited after they were answered: half of what they spare, if they share a flush.</summary>
    private TimeSpan Patience => TimeSpan.FromTicks(Math.Clamp(_flush.Ticks / 2, ShortestPatience.Ticks, LongestPatience.Ticks));

    /// <summary>Begins a group for which there is at least one change.</summary>
    /// <param name="sinceAnswers">How long ago the last group was answered.</param>
    public void Begin(TimeSpan sinceAnswers) =>
        Most = _callers >= FewestToHalve && sinceAnswers > ShortestPatience && sinceAnswers > _flush / 2 ? (_callers + 1) / 2 : Largest;

    /// <summary>Whether it pays to wait for more changes, for a group of so many or before there is one.</summary>
    /// <param name="groupSize">How many the group has.</param>
    /// <param name="sinceAnswers">How long ago the last group was answered.</param>
    public bool Awaits(int groupSize, TimeSpan sinceAnswers) =>
        _callers > 1 && groupSize < _callers && sinceAnswers < Patience;

    /// <summary>Ends a group.</summary>
    /// <param name="groupSize">How many changes it took.</param>
    /// <param name="flush">How long it took to make them durable.</param>
    public void End(int groupSize, TimeSpan flush)
    {
        _callers = Math.Max(groupSize, _callers - 1 - _callers / 8);
        _flush = _flush == TimeSpan.Zero ? flush : _flush + (flush - _flush) / Memory;
    }
}
