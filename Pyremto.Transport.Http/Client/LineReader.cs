using System.Buffers;
using System.IO.Pipelines;

namespace Pyremto;

/// <summary>Reads the lines of a stream that goes on, and notices when it has died. Not thread-safe.</summary>
internal sealed class LineReader : IAsyncDisposable
{
    private const int LongestLine = 512 << 20;

    private readonly PipeReader _reader;
    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;
    private ReadOnlySequence<byte> _buffer;
    private bool _isBegun;
    private bool _isAtEnd;

    /// <param name="stream">The stream; it is closed with this.</param>
    /// <param name="silence">How long it may say nothing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public LineReader(Stream stream, TimeSpan silence, TimeProvider time, CancellationToken cancellationToken)
    {
        _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 << 10));
        _silence = silence;
        _limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancellationToken);
    }

    /// <summary>Waits for the next line, without its end; null at the end. A line is there until the next is read.</summary>
    /// <exception cref="IOException">It broke, or the last line did not end.</exception>
    /// <exception cref="OperationCanceledException">It was ended, or said nothing for too long.</exception>
    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync()
    {
        while (true)
        {
            if (_buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = _buffer.Slice(0, end);
                _buffer = _buffer.Slice(_buffer.GetPosition(1, end));
                return line;
            }
            if (_isAtEnd)
                return _buffer.IsEmpty ? null : throw new IOException("the stream ended in the middle of a line");
            if (_buffer.Length > LongestLine)
                throw new IOException("a line of the stream is too long");
            if (_isBegun)
                _reader.AdvanceTo(_buffer.Start, _buffer.End);
            _isBegun = true;
            var reading = _reader.ReadAsync(_either.Token);
            if (!reading.IsCompleted)
                _limit.CancelAfter(_silence);
            var read = await reading.ConfigureAwait(false);
            _limit.CancelAfter(Timeout.InfiniteTimeSpan); // who reads the lines may take any time
            (_buffer, _isAtEnd) = (read.Buffer, read.IsCompleted);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync().ConfigureAwait(false);
        _either.Dispose();
        _limit.Dispose();
    }
}
