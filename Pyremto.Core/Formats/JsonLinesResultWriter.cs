using System.Buffers;

namespace Pyremto;

/// <summary>One JSON object a line.</summary>
internal sealed class JsonLinesResultWriter : IResultWriter
{
    public string Format => "jsonl";

    public string ContentType => "application/jsonl; charset=utf-8";

    public async Task WriteAsync(
        Func<CancellationToken, IAsyncEnumerable<JobResult>> results, Stream output, CancellationToken cancellationToken)
    {
        var chunk = new OutputChunk(output);
        await foreach (var row in results(cancellationToken).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            ResultRow.WriteJson(row, chunk.Buffer);
            chunk.Buffer.Write("\n"u8);
            await chunk.SendIfLargeAsync(cancellationToken).ConfigureAwait(false);
        }
        await chunk.SendAsync(cancellationToken).ConfigureAwait(false);
    }
}
