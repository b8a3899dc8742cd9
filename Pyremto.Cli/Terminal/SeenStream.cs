namespace Pyremto.Cli.Terminal;

/// <summary>
/// A terminal to which JSON from elsewhere is written: what steers it and may stand in JSON as it is (DEL, and the control characters of
/// Latin-1) is written as JSON's escape. Not thread-safe.
/// </summary>
internal sealed class SeenStream(Stream inner) : WriteOnlyStream
{
    private const byte Lead = 0xc2;
    private const byte Delete = 0x7f;
    private bool _endsInLead;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_endsInLead && !buffer.IsEmpty)
        {
            _endsInLead = false;
            if (IsControl(buffer[0]))
            {
                WriteEscape(buffer[0]);
                buffer = buffer[1..];
            }
            else
            {
                inner.Write([Lead]);
            }
        }
        while (buffer.IndexOfAny(Lead, Delete) is >= 0 and var next)
        {
            inner.Write(buffer[..next]);
            var isLead = buffer[next] == Lead;
            var follows = next + 1 < buffer.Length;
            if (isLead && !follows)
            {
                _endsInLead = true;
                return;
            }
            var escapes = !isLead || IsControl(buffer[next + 1]);
            if (escapes)
                WriteEscape(isLead ? buffer[next + 1] : Delete);
            else
                inner.Write([Lead]);
            buffer = buffer[(isLead && escapes ? next + 2 : next + 1)..];
        }
        inner.Write(buffer);
    }

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsControl(byte second) => second is >= 0x80 and <= 0x9f;

    private void WriteEscape(byte character) => inner.Write([.. "\\u00"u8, Digit(character >> 4), Digit(character & 15)]);

    private static byte Digit(int value) => (byte)"0123456789abcdef"[value];
}
