namespace Pyremto.Cli.Terminal;

/// <summary>
/// Standard error as it never hinders: what cannot be written, since the terminal was closed or a disk is full, is lost. Whoever works on must not end
/// because nobody can be told.
/// </summary>
internal sealed class BestEffortStream(Stream inner) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nobody can be told.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
