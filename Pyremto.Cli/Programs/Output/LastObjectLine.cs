using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>The last line of a file that is a JSON object, looked for from the end with little memory, whatever the file's size.</summary>
/// <param name="Found">Whether there is one: <paramref name="Value"/>.</param>
/// <param name="Value">The object.</param>
/// <param name="TooLong">The length of a line that looks like an object but is too long to be one, after which none is.</param>
/// <param name="Problem">What is wrong with the last line that begins like an object, where no line is one.</param>
internal readonly record struct LastObjectLine(bool Found, JsonText Value, long? TooLong, string? Problem)
{
    private const int Chunk = 64 << 10;

    /// <summary>After so many lines that only look like objects no other is tried: a log in another notation may have millions.</summary>
    private const int MostTries = 10_000;

    /// <param name="file">The file.</param>
    /// <param name="longest">The longest line in bytes that may be an object.</param>
    public static LastObjectLine Find(SafeFileHandle file, long longest)
    {
        var length = RandomAccess.GetLength(file);
        if (length == 0)
            return default;
        var lines = new BackwardsLines(file, length, Chunk);
        string? problem = null;
        var tries = 0;
        while (tries < MostTries && lines.TryNext(out var start, out var end, out var first))
        {
            if (first is not (0 or (byte)'{' or (byte)' ' or (byte)'\t' or (byte)'\r'))
                continue;
            if (!LooksLikeObject(file, ref start, ref end, out var open))
            {
                // Cut in the middle of its last line, by a full disk, say: what stands before is not what it meant to say.
                if (open && end == length)
                    return new LastObjectLine(Found: false, default, TooLong: null, "it does not end.");
                if (open)
                    problem ??= "it does not end.";
                continue;
            }
            if (end - start > longest)
                return new LastObjectLine(Found: false, default, end - start, Problem: null);
            if (JsonText.TryParsePython(Read(file, start, end), out var value, out var wrong))
                return new LastObjectLine(Found: true, value, TooLong: null, Problem: null);
            problem ??= wrong;
            tries++;
        }
        return new LastObjectLine(Found: false, default, TooLong: null, problem);
    }

    /// <summary>Narrows a line to what is between its first and last visible bytes, if these are braces.</summary>
    private static bool LooksLikeObject(SafeFileHandle file, ref long start, ref long end, out bool open)
    {
        const int Margin = 256;
        Span<byte> margin = stackalloc byte[Margin];
        var first = margin[..RandomAccess.Read(file, margin[..(int)Math.Min(Margin, end - start)], start)];
        var skip = first.IndexOfAnyExcept(" \t\r"u8);
        open = skip >= 0 && first[skip] == (byte)'{';
        if (!open)
            return false;
        start += skip;
        var from = Math.Max(start, end - Margin);
        var last = margin[..RandomAccess.Read(file, margin[..(int)(end - from)], from)];
        var stop = last.LastIndexOfAnyExcept(" \t\r"u8);
        if (stop < 0 || last[stop] != (byte)'}')
            return false;
        end = from + stop + 1;
        return true;
    }

    private static byte[] Read(SafeFileHandle file, long start, long end)
    {
        var bytes = new byte[end - start];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), start + read) is var more and > 0)
            read += more;
        return bytes;
    }
}
