using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>Whose hand-outs are watched (S11), and what allows their watcher to be told of them.</summary>
public sealed record NotNeededWatch
{
    /// <summary>
    /// The tags that the workers work for, 1 to 64 (none with a prefix), each with its credential: of another tag, or one whose credential
    /// is wrong, nothing is sent. One that does not exist may come to be.
    /// </summary>
    public IReadOnlyList<TagAccess> Tags { get => field ?? []; init; }

    /// <summary>See <see cref="ExchangeRequest.TagPrefix"/>.</summary>
    [JsonIgnore]
    public string? TagPrefix { get; init; }

    /// <summary>Ids of workers, at least one.</summary>
    public required IReadOnlyList<string> Workers { get; init; }
}
