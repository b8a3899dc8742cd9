namespace Pyremto.Tests.Simulation;

/// <summary>When something happened to a hand-out, in the time that no wall clock changes.</summary>
internal sealed class Moments
{
    public required TimeSpan HandedOut { get; init; }

    /// <summary>The lease that its worker knows, as far as the store does: the longest since the hand-out, until its worker names a
    /// shorter one (S10).</summary>
    public required TimeSpan KnownLease { get; set; }

    /// <summary>When it was given up, superseded, cancelled or done.</summary>
    public TimeSpan? Ended { get; set; }

    /// <summary>Whether a handler of its worker began.</summary>
    public bool HasBegun { get; set; }

    /// <summary>When its handler ended with a result.</summary>
    public TimeSpan? Brought { get; set; }
}
