namespace Pyremto.Cli.Inputs;

/// <summary>What was read of a stream and not used up yet: grows on demand, so that an input of any size is read in pieces.</summary>
internal sealed class InputWindow(Stream stream)
{
    private const int FirstSize = 64 << 10;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;

    /// <summary>What is there.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start.._end);

    /// <summary>Reads more behind what is there; false at the end of the stream.</summary>
    public async ValueTask<bool> GrowAsync(CancellationToken cancellationToken)
    {
        if (_end == _buffer.Length)
            MakeRoom();
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }

    /// <summary>Forgets the first bytes of what is there.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Skips the mark that Windows programs put before UTF-8.</summary>
    public async ValueTask SkipByteOrderMarkAsync(CancellationToken cancellationToken)
    {
        while (Bytes.Length < ByteOrderMark.Length && await GrowAsync(cancellationToken))
        {
            // A pipe may bring it in pieces.
        }
        if (Bytes.Span.StartsWith(ByteOrderMark))
            Consume(ByteOrderMark.Length);
    }

    /// <summary>The first byte that is no white space, which stays where it is; null if there is none.</summary>
    public async ValueTask<byte?> PeekAsync(CancellationToken cancellationToken)
    {
        var looked = 0;
        while (true)
        {
            var at = Bytes.Span[looked..].IndexOfAnyExcept(" \t\r\n"u8);
            if (at >= 0)
                return Bytes.Span[looked + at];
            looked = Bytes.Length;
            if (!await GrowAsync(cancellationToken))
                return null;
        }
    }

    private void MakeRoom()
    {
        var length = _end - _start;
        var next = length > _buffer.Length / 2 ? new byte[checked(_buffer.Length * 2)] : _buffer;
        _buffer.AsSpan(_start, length).CopyTo(next);
        (_buffer, _start, _end) = (next, 0, length);
    }
}
