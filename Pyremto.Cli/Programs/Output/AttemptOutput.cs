using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>
/// The two files that a slot's programs write to. With a logs folder they have names from the start; else they have none, are used
/// again while they stay empty, and are copied to a name when an attempt failed. Not thread-safe.
/// </summary>
internal sealed class AttemptOutput(ProgramSettings settings, string privateFolder, FailedOutput? failedOutput) : IDisposable
{
    private readonly Stream _output = new("out");
    private readonly Stream _error = new("err");

    public SafeFileHandle Output => _output.File!;

    public SafeFileHandle Error => _error.File!;

    /// <summary>How much an attempt has written so far, in bytes.</summary>
    public long Length => RandomAccess.GetLength(Output) + RandomAccess.GetLength(Error);

    /// <summary>Has two empty files ready for an attempt.</summary>
    /// <exception cref="IOException">They cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Open(string tag, int jobId, int attempt)
    {
        var name = settings.LogsFolder is null ? null : OutputName.Of(tag, jobId, attempt);
        if (name is not null)
            PrivateFile.CreateFolderIfMissing(settings.LogsFolder!);
        Open(_output, name);
        Open(_error, name);
    }

    /// <summary>Keeps what an attempt wrote if it is to be kept.</summary>
    /// <returns>What to say of it; empty where nothing was kept.</returns>
    public string Close(string tag, int jobId, int attempt, bool failed)
    {
        try
        {
            var kept = Keep(tag, jobId, attempt, failed);
            return kept.Count == 0 ? "" : $" Its output is in {string.Join(" and ", kept)}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $" Its output could not be kept: {error.Message}";
        }
        finally
        {
            // Empty files that have no name are for the next attempt; what holds something of this one must never get there.
            foreach (var stream in (ReadOnlySpan<Stream>)[_error, _output])
            {
                if (stream.Path is not null || RandomAccess.GetLength(stream.File!) > 0)
                    stream.Dispose();
            }
        }
    }

    /// <summary>The next attempt gets files of its own: somebody may still write to these.</summary>
    public void Renew()
    {
        _output.Dispose();
        _error.Dispose();
    }

    public void Dispose() => Renew();

    private List<string> Keep(string tag, int jobId, int attempt, bool failed)
    {
        var kept = new List<string>();
        foreach (var stream in (ReadOnlySpan<Stream>)[_error, _output])
        {
            var empty = RandomAccess.GetLength(stream.File!) == 0;
            if (stream.Path is not null && empty)
                File.Delete(stream.Path);
            else if (stream.Path is not null)
                kept.Add(stream.Path);
            else if (!empty && failed && failedOutput is not null)
                kept.Add(failedOutput.Keep(stream.File!, $"{OutputName.Of(tag, jobId, attempt)}.{stream.Ending}"));
        }
        return kept;
    }

    private void Open(Stream stream, string? name)
    {
        if (stream.File is not null)
            return;
        stream.Path = name is null ? null : Path.GetFullPath(Path.Combine(settings.LogsFolder!, $"{name}.{stream.Ending}"));
        stream.File = stream.Path is null ? OutputFile.OpenUnlinked(privateFolder) : OutputFile.OpenEmpty(stream.Path);
    }

    private sealed class Stream(string ending) : IDisposable
    {
        public string Ending { get; } = ending;

        public SafeFileHandle? File { get; set; }

        public string? Path { get; set; }

        public void Dispose()
        {
            File?.Dispose();
            File = null;
        }
    }
}
