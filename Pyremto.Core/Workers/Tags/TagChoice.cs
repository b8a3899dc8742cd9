namespace Pyremto;

/// <summary>For what a slot asks now.</summary>
/// <param name="Tags">The tags by name; empty for a worker over a prefix, or where all are left out.</param>
/// <param name="Except">The tags of a prefix that are left out.</param>
/// <param name="IsWhole">Whether nothing is left out.</param>
/// <param name="IsAllThereIs">Whether nothing is left out but what is missing or refused: then an answer "nothing left" is true of all
/// that can be served.</param>
/// <param name="LooksAgainAt">When the next one that is left out is due to be tried; null where another slot tries it, or nothing is left
/// out.</param>
internal readonly record struct TagChoice(
    IReadOnlyList<TagAccess> Tags, IReadOnlyList<string> Except, bool IsWhole, bool IsAllThereIs, TimeSpan? LooksAgainAt);
