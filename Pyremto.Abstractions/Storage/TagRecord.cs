namespace Pyremto;

/// <summary>What a store knows of a tag apart from its jobs: an immutable snapshot.</summary>
public sealed class TagRecord
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its random instance id; every call that names a record is refused once the tag has another.</summary>
    public required Guid Instance { get; init; }

    /// <summary>The salted hash of its password; null where it has none.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>What its view tokens are signed with; a new one makes them worthless.</summary>
    public required ReadOnlyMemory<byte> ViewKey { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The request that created it.</summary>
    public string? CreationRequestId { get; init; }

    /// <summary>A list of this record alone, made once, for the hot path of an exchange over one tag.</summary>
    public IReadOnlyList<TagRecord> Alone => field ??= [this];

    /// <summary>The tag's name.</summary>
    public override string ToString() => Name;
}
