using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>The output of failed attempts in a folder where nobody tidies up, so that it is bounded. Thread-safe.</summary>
/// <param name="folder">The folder; made when it is needed.</param>
/// <param name="time">The clock.</param>
/// <param name="limits">How much stays.</param>
internal sealed partial class FailedOutput(string folder, TimeProvider time, FailedOutputLimits limits)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private long _bytes;
    private int _files;

    /// <summary>Keeps the beginning and the end of a file; answers where.</summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    public string Keep(SafeFileHandle file, string name)
    {
        PrivateFile.CreateFolderIfMissing(folder);
        var path = Path.GetFullPath(Path.Combine(folder, name));
        long kept;
        using (var copy = OutputFile.OpenEmpty(path))
            kept = Copy(file, copy);
        lock (_gate)
        {
            _bytes += kept;
            // Looking through the folder each time would cost more than the file.
            if (++_files >= limits.Files / 10 || _bytes >= limits.Bytes / 10)
                TrimHeld();
        }
        return path;
    }

    /// <summary>Deletes what is older than 30 days, and the oldest of what is too much. What cannot be deleted stays.</summary>
    public void Trim()
    {
        lock (_gate)
            TrimHeld();
    }

    private void TrimHeld()
    {
        (_bytes, _files) = (0, 0);
        try
        {
            var now = time.GetUtcNow().UtcDateTime;
            var files = new DirectoryInfo(folder).EnumerateFiles().Where(static file => Name().IsMatch(file.Name)).OrderByDescending(static file => file.LastWriteTimeUtc);
            var (bytes, count) = (0L, 0);
            foreach (var file in files)
            {
                bytes += file.Length;
                if (bytes > limits.Bytes || ++count > limits.Files || now - file.LastWriteTimeUtc > Longest)
                    file.Delete();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // There is none, or another worker tidies up.
        }
    }

    private long Copy(SafeFileHandle from, SafeFileHandle to)
    {
        var length = RandomAccess.GetLength(from);
        if (length <= limits.BytesOfFile)
            return Copy(from, 0, length, to, 0);
        var end = limits.BytesOfFile / 4 * 3;
        var at = Copy(from, 0, limits.BytesOfFile - end, to, 0);
        var note = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n[pyremto left out {length - limits.BytesOfFile} bytes here]\n"));
        RandomAccess.Write(to, note, at);
        return Copy(from, length - end, end, to, at + note.Length);
    }

    /// <returns>Where the copy ends.</returns>
    private static long Copy(SafeFileHandle from, long start, long length, SafeFileHandle to, long at)
    {
        var buffer = new byte[128 << 10];
        for (var end = start + length; start < end;)
        {
            var read = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - start)), start);
            if (read == 0)
                break;
            RandomAccess.Write(to, buffer.AsSpan(0, read), at);
            (start, at) = (start + read, at + read);
        }
        return at;
    }

    /// <summary>The names that <see cref="OutputName"/> and <see cref="AttemptOutput"/> make.</summary>
    [GeneratedRegex(@"-job-\d+-attempt-\d+\.(err|out)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}

/// <summary>How much output of failed attempts stays.</summary>
/// <param name="BytesOfFile">The most of one file.</param>
/// <param name="Bytes">The most in all; up to a tenth more for a while.</param>
/// <param name="Files">The most files; up to a tenth more for a while.</param>
internal sealed record FailedOutputLimits(long BytesOfFile = 16 << 20, long Bytes = 1L << 30, int Files = 10_000);
