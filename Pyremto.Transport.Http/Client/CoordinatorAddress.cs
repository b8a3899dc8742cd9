using System.Diagnostics.CodeAnalysis;

namespace Pyremto;

/// <summary>Where a coordinator is, and where its routes are below that.</summary>
internal sealed class CoordinatorAddress
{
    private readonly string _start;

    private CoordinatorAddress(Uri url)
    {
        _start = url.AbsoluteUri.TrimEnd('/');
        Next = Of("/api/next");
        Heartbeat = Of("/api/heartbeat");
        NotNeeded = Of("/api/not-needed");
        GiveUp = Of("/api/give-up");
        Tags = Of("/api/tags");
    }

    public Uri Next { get; }

    public Uri Heartbeat { get; }

    public Uri NotNeeded { get; }

    public Uri GiveUp { get; }

    public Uri Tags { get; }

    /// <exception cref="ArgumentException">It is no address of a coordinator, or holds a password.</exception>
    public static CoordinatorAddress Parse(string url, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(url, parameter);
        // What is wrong with it is said without repeating it wherever it could hold a secret.
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
            throw new ArgumentException("The coordinator's address has to be like https://host:5080.", parameter);
        if (address.UserInfo.Length > 0)
            throw new ArgumentException("The coordinator's address may hold no user and no password: give the operator's key as an option, and a tag's password with the tag.", parameter);
        if (address.Query.Length > 0 || address.Fragment.Length > 0)
            throw new ArgumentException("The coordinator's address may hold no query and no fragment.", parameter);
        return new CoordinatorAddress(address);
    }

    /// <summary>A route of a tag.</summary>
    /// <exception cref="TagUnknownException">No tag can have that name, nor can an address hold it.</exception>
    public Uri OfTag(string tag, string rest = "")
    {
        if (!IsSegment(tag))
            throw new TagUnknownException($"There is no tag '{tag}'.");
        return Of($"/api/tags/{Uri.EscapeDataString(tag)}{rest}");
    }

    /// <summary>The notes of a kind.</summary>
    /// <exception cref="InvalidRequestException">An address cannot hold the kind.</exception>
    public Uri OfNotes(string tag, string kind)
    {
        if (!IsSegment(kind))
            throw new InvalidRequestException("The kind of a note is 1 to 64 characters, over HTTP without '/' and not '.' or '..'.");
        return OfTag(tag, $"/notes/{Uri.EscapeDataString(kind)}");
    }

    public override string ToString() => _start;

    private static bool IsSegment([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 } and not ("." or "..") && !text.Contains('/', StringComparison.Ordinal);

    private Uri Of(string path) => new(_start + path);
}
