namespace Pyremto;

/// <summary>A file that another user owns, or could have changed or read: the message says whose it is and which command mends
/// it.</summary>
internal sealed class UntrustedFileException(string message) : UnauthorizedAccessException(message)
{
    /// <summary>Files of other users.</summary>
    public static UntrustedFileException Foreign(IReadOnlyList<(string Path, uint Owner)> files)
    {
        var me = UnixFile.NameOf(UnixFile.User);
        var paths = string.Join(' ', files.Select(static file => Quote(file.Path)));
        return new UntrustedFileException(
            $"'{files[0].Path}' belongs to another user ({UnixFile.NameOf(files[0].Owner)}; this program runs as {me}) and may hold "
            + "anything: choose another place, or remove it; if you trust it, make it yours with: "
            + $"{(Environment.IsPrivilegedProcess ? "" : "sudo ")}chown {Quote(me)} {paths}");
    }

    /// <summary>Files that others may open.</summary>
    public static UntrustedFileException Open(IReadOnlyList<(string Path, UnixFileMode Mode)> files) => new(
        $"'{files[0].Path}' is open to other users (mode {Convert.ToString((int)files[0].Mode, 8)}), who could read or change it: "
        + $"close it with: chmod 600 {string.Join(' ', files.Select(static file => Quote(file.Path)))}");

    /// <summary>A link where none is followed.</summary>
    public static UntrustedFileException Link(string path) =>
        new($"'{path}' is a link, which is not followed here: name the file itself, or remove the link with: rm {Quote(path)}");

    private static string Quote(string word) =>
        word.All(static character => char.IsAsciiLetterOrDigit(character) || "/._-+:@".Contains(character, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
