namespace Pyremto;

/// <summary>Values that the rules of scheduling fix.</summary>
public static class TagDefaults
{
    /// <summary>The lease of a tag that names none: 60 seconds.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>How long a hand-out to an anonymous worker stays live, which has no heartbeat: 24 hours.</summary>
    public static readonly TimeSpan AnonymousLease = TimeSpan.FromHours(24);

    /// <summary>The longest a request for work may wait: 50 seconds, below what proxies cut.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(50);

    /// <summary>The most that N may be: how often a job may be handed out in all.</summary>
    public const int MostAttempts = 1000;

    /// <summary>How many tags one request for work may name.</summary>
    public const int MostTagsInARequest = 64;

    /// <summary>How many jobs one request for work may ask for.</summary>
    public const int MostJobsInARequest = 1024;
}
