namespace Pyremto;

/// <summary>An attempt of a call brought no answer of a coordinator. It never leaves the client: it is repeated, or told in words.</summary>
/// <param name="problem">What happened, in words that can follow a colon.</param>
/// <param name="kind">What that means for the call.</param>
/// <param name="inner">Where it comes from.</param>
internal sealed class AttemptFailedException(string problem, AttemptFailure kind, Exception? inner = null) : Exception(problem, inner)
{
    public AttemptFailure Kind { get; } = kind;
}

/// <summary>Why an attempt brought no answer, and what that means.</summary>
internal enum AttemptFailure
{
    /// <summary>Nobody was reached, so nothing happened: any call may be tried again.</summary>
    NotSent,

    /// <summary>The connection broke, or a proxy lost its coordinator: what has the same effect twice may be tried again.</summary>
    Lost,

    /// <summary>The time for an answer is up, or what answers is no coordinator: to try again at once is of no use.</summary>
    Hopeless,
}
