namespace Pyremto;

/// <summary>
/// How a process uses a coordinator over HTTP. Bound from the configuration section <c>Pyremto:HttpClient</c>, validated at start.
/// </summary>
public sealed class PyremtoHttpClientOptions
{
    /// <summary>The configuration section that is bound.</summary>
    public const string SectionName = "Pyremto:HttpClient";

    /// <summary>
    /// The coordinator's operator key, which creating and listing tags from another machine needs; it is sent for nothing else.
    /// Keep it out of files that others read.
    /// </summary>
    /// <value>The default, <see langword="null"/>, sends none: for work on tags that exist, and on the coordinator's own machine.</value>
    public string? OperatorKey { get; set; }

    /// <summary>
    /// Sends passwords, tokens and the operator's key in the header <c>Pyremto-Authorization</c>, where <c>Authorization</c> is for what
    /// stands before the coordinator: a host with authorization of its own, or a proxy. A handler of the named client then sets that one.
    /// </summary>
    /// <value>The default is false: they go in <c>Authorization</c>.</value>
    public bool LeaveAuthorization { get; set; }

    /// <summary>
    /// How long a call that found no coordinator, or whose connection broke, is tried again before it fails with
    /// <see cref="CoordinatorUnreachableException"/>. Workers go on trying after that too.
    /// </summary>
    /// <value>The default is 10 seconds. From zero to 1 hour.</value>
    public TimeSpan ReconnectFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt to connect may take.</summary>
    /// <value>The default is 5 seconds. From 100 milliseconds to 5 minutes.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long an answer may take, beyond the time for which the call itself waits for work and for which its body takes at 16 KiB a
    /// second; then the coordinator counts as unreachable.
    /// </summary>
    /// <value>The default is 30 seconds. From 1 second to 1 hour.</value>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(30);
}
