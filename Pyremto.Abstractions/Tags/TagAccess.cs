namespace Pyremto;

/// <summary>
/// A tag's name and the credential for it. A tag without password needs none; one with a password answers its password for
/// everything, and a view token for reading progress and results alone.
/// </summary>
/// <param name="Tag">The tag's name.</param>
/// <param name="Password">The tag's password.</param>
/// <param name="ViewToken">A token from <see cref="ITagOwner.IssueViewTokenAsync"/>.</param>
public sealed record TagAccess(string Tag, string? Password = null, string? ViewToken = null)
{
    /// <summary>The tag's name; secrets are left out.</summary>
    public override string ToString() => Tag;
}
