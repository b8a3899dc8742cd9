namespace Pyremto;

/// <summary>A tag for which a worker does not ask now.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Cause">Why.</param>
/// <param name="Reason">The same in words; empty for one that is missing.</param>
/// <param name="Since">Since when, in the worker's time.</param>
/// <param name="Until">When a slot tries it again, in the worker's time.</param>
internal sealed record TagLeftOut(string Tag, LeftOutCause Cause, string Reason, TimeSpan Since, TimeSpan Until);

/// <summary>Why a worker leaves a tag out for a while.</summary>
internal enum LeftOutCause
{
    /// <summary>It does not exist (yet).</summary>
    Missing,

    /// <summary>Its credential is refused.</summary>
    Refused,

    /// <summary>The address is banned for a while, which says nothing of the credential.</summary>
    Banned,

    /// <summary>Its jobs fail on this machine, and none has succeeded.</summary>
    Failing,
}
