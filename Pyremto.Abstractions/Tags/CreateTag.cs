namespace Pyremto;

/// <summary>A tag to create.</summary>
public sealed record CreateTag
{
    /// <summary>The least length of a password that is said to be random: 128 bits have 22 characters in base64url.</summary>
    public const int RandomPasswordLength = 22;

    /// <summary>1–128 visible characters in NFC without <c>/</c>, not <c>.</c> or <c>..</c>, case-sensitive.</summary>
    /// <value>The default, <see langword="null"/>, lets the coordinator make a name up.</value>
    public string? Tag { get; init; }

    /// <summary>Who has it owns the tag. Up to 1024 characters.</summary>
    /// <value>The default, <see langword="null"/>, lets everyone in.</value>
    public string? Password { get; init; }

    /// <summary>
    /// Says that the password was made by a program and has at least 128 random bits, in at least <see cref="RandomPasswordLength"/>
    /// characters. Nobody can guess such a one, so it is kept as a hash that costs a microsecond rather than tens of milliseconds: for
    /// hosts that make a tag for each batch. Never say so of a password that a person chose: whoever steals the store tries billions
    /// a second.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool PasswordIsRandom { get; init; }

    /// <summary>Made by the caller; a creation repeated with the same id after a lost answer succeeds. Up to 128 characters.</summary>
    public string? RequestId { get; init; }

    /// <summary>The tag's name; secrets are left out.</summary>
    public override string ToString() => Tag ?? "(new tag)";
}

/// <summary>A tag that was created.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Instance">Its random instance id: another tag of the same name has another.</param>
/// <param name="ViewToken">A token that reads its progress and results and nothing else.</param>
public sealed record CreatedTag(string Tag, Guid Instance, string ViewToken);
