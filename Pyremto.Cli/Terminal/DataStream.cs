using Pyremto.Cli.Programs;

namespace Pyremto.Cli.Terminal;

/// <summary>
/// Standard output, whose errors say that it is what they are about. .NET lets what nobody reads any more, as behind <c>head -1</c>, be
/// written for ever: this ends it.
/// </summary>
internal sealed class DataStream(Stream inner) : WriteOnlyStream
{
    /// <summary>The error as it is told.</summary>
    public static UnwritableDataException Unwritable(Exception error) => new($"Standard output cannot be written: {error.Message}", error);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (OperatingSystem.IsLinux() && NobodyReads())
            throw new NobodyReadsException();
        try
        {
            inner.Write(buffer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(error);
        }
    }

    private static unsafe bool NobodyReads()
    {
        var output = new Libc.PolledFile { File = 1 };
        return Libc.Poll(&output, 1, milliseconds: 0) > 0 && (output.Told & Libc.NobodyReads) != 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Standard output cannot be written; where it goes was said by whoever started us.</summary>
internal sealed class UnwritableDataException(string message, Exception innerException) : IOException(message, innerException);

/// <summary>Who read standard output has gone.</summary>
internal sealed class NobodyReadsException() : IOException("Nobody reads standard output any more.");
