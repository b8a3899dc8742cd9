using System.Buffers;

namespace Pyremto;

/// <summary>One JSON array, one element a line.</summary>
internal sealed class JsonResultWriter : IResultWriter
{
    public string Format => "json";

    public string ContentType => "application/json; charset=utf-8";

    public async Task WriteAsync(
        Func<CancellationToken, IAsyncEnumerable<JobResult>> results, Stream output, CancellationToken cancellationToken)
    {
        var chunk = new OutputChunk(output);
        var any = false;
        chunk.Buffer.Write("["u8);
        await foreach (var row in results(cancellationToken).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            chunk.Buffer.Write(any ? ",\n"u8 : "\n"u8);
            any = true;
            ResultRow.WriteJson(row, chunk.Buffer);
            await chunk.SendIfLargeAsync(cancellationToken).ConfigureAwait(false);
        }
        chunk.Buffer.Write(any ? "\n]\n"u8 : "]\n"u8);
        await chunk.SendAsync(cancellationToken).ConfigureAwait(false);
    }
}
