namespace Pyremto.Cli.Terminal;

/// <summary>Standard output, whose errors say that it is what they are about.</summary>
internal sealed class DataStream(Stream inner) : WriteOnlyStream
{
    /// <summary>The error as it is told.</summary>
    public static IOException Unwritable(Exception error) => new($"Standard output cannot be written: {error.Message}", error);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(error);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
