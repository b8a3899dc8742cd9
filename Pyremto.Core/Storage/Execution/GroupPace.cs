namespace Pyremto;

/// <summary>
/// How large a group of changes grows before it is committed. A flush takes as long for one change as for many, so callers who were answered
/// just now are given a moment to come back. Those who take longer are far away, in another process: they are not waited for, and when they
/// come together, only half of them is taken, so that from then on one half travels while the other one is flushed. Plain decisions for one
/// thread; no clock of its own.
/// </summary>
internal sealed class GroupPace
{
    /// <summary>The largest group.</summary>
    public const int Largest = 1024;

    /// <summary>Fewer callers share a flush, however far they are: a second one costs them more than they win.</summary>
    private const int FewestToHalve = 8;

    /// <summary>How long callers are awaited after they were answered; a fraction of what a flush takes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMicroseconds(60);

    /// <summary>How many callers are about: the size of the last groups.</summary>
    private int _callers;

    /// <summary>How many the group may take that was begun last.</summary>
    public int Most { get; private set; } = Largest;

    /// <summary>Begins a group for which there is at least one change.</summary>
    /// <param name="sinceAnswers">How long ago the last group was answered.</param>
    public void Begin(TimeSpan sinceAnswers) =>
        Most = _callers >= FewestToHalve && sinceAnswers > Patience ? (_callers + 1) / 2 : Largest;

    /// <summary>Whether it pays to wait for more changes, for a group of so many or before there is one.</summary>
    /// <param name="groupSize">How many the group has.</param>
    /// <param name="sinceAnswers">How long ago the last group was answered.</param>
    public bool Awaits(int groupSize, TimeSpan sinceAnswers) =>
        _callers > 1 && groupSize < _callers && sinceAnswers < Patience;

    /// <summary>Ends a group that took so many.</summary>
    public void End(int groupSize) => _callers = Math.Max(groupSize, _callers - 1 - _callers / 8);
}
