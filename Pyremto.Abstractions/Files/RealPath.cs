namespace Pyremto;

/// <summary>What a path really names: one name for one file, whatever links lead there.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The full path without links in it; what is not there yet is named by where it would be.</summary>
    /// <exception cref="IOException">The links lead round in a circle.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var left = new Stack<string>();
        Push(full[real.Length..]);
        for (var links = 0; left.TryPop(out var name);)
        {
            if (name == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }
            var next = Path.Combine(real, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks)
                throw new IOException($"'{path}' leads through too many links.");
            if (Path.IsPathRooted(target))
                real = Path.GetPathRoot(target)!;
            Push(Path.IsPathRooted(target) ? target[real.Length..] : target);
        }
        return real;

        void Push(string names)
        {
            foreach (var name in names.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                if (name != ".")
                    left.Push(name);
            }
        }
    }
}
