using System.Buffers;

namespace Pyremto;

/// <summary>Gathers small writes, so that a stream sees few and large ones.</summary>
internal sealed class OutputChunk(Stream output)
{
    private const int Large = 32 * 1024;

    public ArrayBufferWriter<byte> Buffer { get; } = new(Large);

    public ValueTask SendIfLargeAsync(CancellationToken cancellationToken) =>
        Buffer.WrittenCount < Large ? ValueTask.CompletedTask : WriteOutAsync(cancellationToken);

    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        await WriteOutAsync(cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask WriteOutAsync(CancellationToken cancellationToken)
    {
        await output.WriteAsync(Buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        Buffer.ResetWrittenCount();
    }
}
