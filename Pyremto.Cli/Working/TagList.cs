using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Working;

/// <summary>A file that names tags with a password each: lines <c>TAG</c> or <c>TAG PASSWORD</c>, since no tag has a blank in its name.</summary>
internal static class TagList
{
    private const int MostBytes = 1 << 20;

    /// <summary>Reads it; empty lines and those that begin with <c>#</c> are left out.</summary>
    /// <exception cref="CommandException">It cannot be read, or names no tag.</exception>
    public static IReadOnlyList<TagAccess> Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
                throw CommandException.WrongUse($"{path} is no list of tags: it has more than {MostBytes:N0} bytes.");
            var tags = File.ReadLines(path).Select(static line => line.Trim()).Where(static line => line is not "" and not ['#', ..]).Select(Parse).ToList();
            return tags.Count > 0 ? tags : throw CommandException.WrongUse($"{path} names no tag: write lines like TAG or TAG PASSWORD.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CommandException.WrongUse($"The list of tags cannot be read: {error.Message}", error);
        }
    }

    private static TagAccess Parse(string line)
    {
        var blank = line.AsSpan().IndexOfAny(' ', '\t');
        return blank < 0 ? new TagAccess(line) : new TagAccess(line[..blank], line[blank..].Trim());
    }
}
