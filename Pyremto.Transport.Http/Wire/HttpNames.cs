namespace Pyremto;

/// <summary>What client and server of the native routes call things.</summary>
internal static class HttpNames
{
    /// <summary>The header with the version of the native routes, on our clients' requests and on all answers.</summary>
    public const string ProtocolHeader = "Pyremto-Protocol";

    /// <summary>The version that is spoken here.</summary>
    public const string ProtocolVersion = "1";

    /// <summary>The header of credentials that all take.</summary>
    public const string Authorization = "Authorization";

    /// <summary>The header of credentials that is ours alone, for hosts whose <see cref="Authorization"/> is theirs.</summary>
    public const string CredentialHeader = "Pyremto-Authorization";

    public const string Json = "application/json";

    public const string JsonLines = "application/jsonl";

    public const string Problem = "application/problem+json";

    public const string EventStream = "text/event-stream";

    /// <summary>How often a stream without news shows that it is alive.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
}
