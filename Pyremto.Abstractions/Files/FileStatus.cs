namespace Pyremto;

/// <summary>What a path leads to.</summary>
internal enum FileKind
{
    File,
    Folder,
    Link,
    Other,
}

/// <summary>What the system tells of a file, a link or a folder.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Who may do what; nothing where the system keeps no modes.</param>
/// <param name="Owner">The number of the user who owns it; null where that cannot be told.</param>
/// <param name="Identity">Which file it is, whatever its name; empty where that cannot be told.</param>
internal readonly record struct FileStatus(FileKind Kind, UnixFileMode Mode, uint? Owner, (ulong Device, ulong Number) Identity);
