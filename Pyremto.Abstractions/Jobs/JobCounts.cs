namespace Pyremto;

/// <summary>How many jobs of a tag are in each state.</summary>
/// <param name="Waiting">Jobs that can be handed out and nobody has.</param>
/// <param name="InProgress">Jobs with at least one live hand-out.</param>
/// <param name="Done">Jobs with a result.</param>
/// <param name="Exhausted">Jobs without result, attempt left, or live hand-out.</param>
/// <param name="Cancelled">Jobs that the owner cancelled.</param>
public readonly record struct JobCounts(int Waiting, int InProgress, int Done, int Exhausted, int Cancelled)
{
    /// <summary>All jobs of the tag: the sum of the five states.</summary>
    public int Total => Waiting + InProgress + Done + Exhausted + Cancelled;

    /// <summary>Whether every job is done or cancelled. False for a tag without jobs.</summary>
    public bool AllDone => Total > 0 && Done + Cancelled == Total;
}
