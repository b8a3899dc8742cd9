namespace Pyremto;

/// <summary>What a heartbeat is answered about a job that it names.</summary>
internal enum HeldJobVerdict
{
    /// <summary>It is done or cancelled (S11).</summary>
    NotNeeded,

    /// <summary>It is needed, and nothing is to be said of it.</summary>
    Needed,

    /// <summary>It is needed, and the tag's lease is not the one that its worker knows (S10).</summary>
    NeededWithOtherLease,
}
