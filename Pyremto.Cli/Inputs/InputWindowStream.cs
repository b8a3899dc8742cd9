namespace Pyremto.Cli.Inputs;

/// <summary>The rest of an input as a stream again: what a window holds already, then what is behind it.</summary>
internal sealed class InputWindowStream(InputWindow window) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (window.Bytes.IsEmpty && !await window.GrowAsync(cancellationToken))
            return 0;
        var count = Math.Min(buffer.Length, window.Bytes.Length);
        window.Bytes[..count].CopyTo(buffer);
        window.Consume(count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
        // There is nothing to write.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
