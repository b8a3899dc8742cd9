namespace Pyremto.Cli.Serving;

/// <summary>What a coordinator of <c>pyremto serve</c> is.</summary>
internal sealed record ServeSettings
{
    /// <summary>Where it listens over HTTP, in Kestrel's words.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>The pipes that it listens on.</summary>
    public required IReadOnlyList<string> Pipes { get; init; }

    /// <summary>Where jobs are kept.</summary>
    public required StoreChoice Store { get; init; }

    /// <summary>The address under which others reach it; null where it is that of this machine.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The file of the operator's key.</summary>
    public required string OperatorKeyFile { get; init; }

    /// <summary>Whether everyone creates and lists tags.</summary>
    public bool IsOpen { get; init; }

    /// <summary>How long a tag without activity is kept; null for the default, zero for ever.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>A file with more settings; null for none.</summary>
    public string? ConfigFile { get; init; }
}
