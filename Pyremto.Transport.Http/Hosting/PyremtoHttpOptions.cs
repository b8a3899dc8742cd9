using System.ComponentModel.DataAnnotations;

namespace Pyremto;

/// <summary>
/// How a coordinator is reached over HTTP, and what it takes from whom (S15, S16). Bound from the configuration section
/// <c>Pyremto:Http</c>, validated when the routes are mapped.
/// </summary>
public sealed class PyremtoHttpOptions
{
    /// <summary>The configuration section that is bound.</summary>
    public const string SectionName = "Pyremto:Http";

    private TextWriter? _output;

    /// <summary>
    /// Lets everyone create and list tags, without the operator's key (S15). Tags with a password stay closed without it.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Open { get; set; }

    /// <summary>What creating or listing tags needs from other machines, as a Bearer token (S15). At least 16 characters.</summary>
    /// <value>The default, <see langword="null"/>, takes the one in <see cref="OperatorKeyFile"/>, or makes one.</value>
    public string? OperatorKey { get; set; }

    /// <summary>
    /// The file that keeps the operator's key, readable for its owner alone. It is written, with a new random key, at the first start
    /// that needs one. Its folder has to exist.
    /// </summary>
    /// <value>The default, <see langword="null"/>, keeps the key in memory: each start has a new one.</value>
    public string? OperatorKeyFile { get; set; }

    /// <summary>
    /// The policy of the host that whoever creates or lists tags has to meet, instead of sending the operator's key. Only for
    /// <c>MapPyremto</c>, in a host with authorization of its own; scripts of the Python package go on needing the key.
    /// </summary>
    /// <value>The default, <see langword="null"/>, asks for the key.</value>
    public string? OperatorPolicy { get; set; }

    /// <summary>
    /// Whether the header <c>Authorization</c> may hold a tag's password, a view token or the operator's key. Those are always taken from
    /// <c>Pyremto-Authorization</c>, which counts before it.
    /// </summary>
    /// <value>
    /// The default, <see langword="null"/>: it may, but at routes of which the host requires authorization (<c>RequireAuthorization</c>)
    /// it is the host's.
    /// </value>
    public bool? ReadAuthorization { get; set; }

    /// <summary>
    /// The address under which others reach this coordinator, where it differs from that of their requests: behind a proxy. Links begin
    /// with it, and its host is served. Where it names another host than this one, requests that seem to come from
    /// loopback are not trusted to be local, since a proxy sends them.
    /// </summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>
    /// Names and addresses that requests may carry in their Host header, besides <c>localhost</c>, loopback addresses, the host of
    /// <see cref="PublicUrl"/>, any other address, and, where the server listens off loopback, the machine's own names. Other names are
    /// refused, so that no web page reaches the coordinator by a name of its own. <c>*</c> allows all. Only requests that name loopback need
    /// no operator's key from this machine, and no link repeats a name or an address that is not known.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>
    /// The proxies, as addresses or networks (<c>10.0.0.0/8</c>), whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.
    /// Only for <c>ListenOnHttp</c>: a host of ASP.NET Core has <c>UseForwardedHeaders</c>.
    /// </summary>
    /// <value>The default, an empty list, believes nobody.</value>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>The most bytes that the body of a request may have (S16).</summary>
    /// <value>
    /// The default is 16 MiB: any set-up, or sixteen results in one request, at the limits that <c>Pyremto:MaxDescriptionBytes</c> and
    /// <c>Pyremto:MaxResultBytes</c> have by default. Who raises those raises this. From 1 KiB to 1 TiB.
    /// </value>
    [Range(1024, 1L << 40)]
    public long MaxRequestBytes { get; set; } = 16 << 20;

    /// <summary>
    /// The most bytes that the bodies of all requests together may have whose senders have not shown a credential yet. Beyond them the body
    /// that is on its way the longest is refused (429). Those of routes that name their tag are not among them: the credential comes first
    /// there.
    /// </summary>
    /// <value>The default is 64 MiB, and never less than <see cref="MaxRequestBytes"/>. From 1 KiB to 1 TiB.</value>
    [Range(1024, 1L << 40)]
    public long MaxUnverifiedBytes { get; set; } = 64 << 20;

    /// <summary>
    /// How many wrong credentials and too large bodies an address may send within <see cref="OffenceWindow"/>; then it is banned until the
    /// window is over: its unverified credentials and large bodies are refused, with <c>Retry-After</c> (S16).
    /// </summary>
    /// <value>The default is 10. From 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MaxOffences { get; set; } = 10;

    /// <summary>See <see cref="MaxOffences"/>.</summary>
    /// <value>The default is one minute. From 100 milliseconds to one day.</value>
    public TimeSpan OffenceWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the headers of a request may take to arrive. Only for <c>ListenOnHttp</c>.</summary>
    /// <value>The default is 15 seconds. From 100 milliseconds to one hour.</value>
    public TimeSpan RequestHeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How many bytes a second the body of a request has to arrive at, and an answer has to be taken at; slower connections are closed
    /// after five seconds of grace. Only for <c>ListenOnHttp</c>.
    /// </summary>
    /// <value>The default is 240. From 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public double MinBytesPerSecond { get; set; } = 240;

    /// <summary>
    /// The most connections at a time; more are closed at once. A worker that waits for work holds one. Only for <c>ListenOnHttp</c>.
    /// </summary>
    /// <value>
    /// The default, <see langword="null"/>, is what the file descriptors of the process allow. Whatever is set here, a quarter of them,
    /// 1024 at most, are kept for other things than connections (on Linux, where the process can tell).
    /// </value>
    [Range(1, long.MaxValue)]
    public long? MaxConnections { get; set; }

    /// <summary>
    /// The most connections of one address at a time, an IPv6 one counted by its /64; more are closed at once. Loopback and
    /// <see cref="KnownProxies"/>, behind which many may be, are free of it. Only for <c>ListenOnHttp</c>.
    /// </summary>
    /// <value>
    /// The default, <see langword="null"/>, is a quarter of what the file descriptors of the process allow to all: 192 where it may have
    /// 1024.
    /// </value>
    [Range(1, long.MaxValue)]
    public long? MaxConnectionsPerAddress { get; set; }

    /// <summary>
    /// Says where a person reads what no log may hold, such as a new operator key. By default that is <see cref="Console.Error"/>.
    /// </summary>
    /// <param name="output">Where to write; it is left open.</param>
    public void WriteTo(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    /// <summary>Tells the person at the console what no log may hold. A method, so that the configuration is not bound to it.</summary>
    internal void Tell(string text) => (_output ?? Console.Error).WriteLine(text);
}
