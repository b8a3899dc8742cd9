using System.IO.Pipelines;

namespace Pyremto;

/// <summary>
/// One connection to a coordinator, introduced and welcomed. What arrives is read by a pump that never waits for a caller: the last one
/// whose answer came goes on where it was read, which saves a hop; the pump goes on elsewhere when there is more.
/// </summary>
internal sealed class ClientConnection
{
    private readonly DuplexPipe _pipes;
    private readonly PipeReader _reader;
    private readonly PipeClient _client;
    private readonly Action _pump;
    private System.Runtime.CompilerServices.ValueTaskAwaiter<ReadResult> _read;
    private bool _isReading;
    private int _isClosed;

    public ClientConnection(DuplexPipe pipes, FrameWriter writer, Welcome welcome, PipeClient client)
    {
        (_pipes, _reader, Writer, Welcome, _client) = (pipes, pipes.Input, writer, welcome, client);
        _pump = Pump;
    }

    public FrameWriter Writer { get; }

    /// <summary>What the coordinator said about itself.</summary>
    public Welcome Welcome { get; }

    /// <summary>Begins to read.</summary>
    public void Start() => ThreadPool.UnsafeQueueUserWorkItem(static pump => pump(), _pump, preferLocal: false);

    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        Writer.Close();
        _pipes.Dispose();
    }

#pragma warning disable CA2012, VSTHRD002 // The awaiter is asked only once it is completed; an async method could not let the caller go on last.
    private void Pump()
    {
        try
        {
            PendingCall? answered = null;
            while (true)
            {
                if (!_isReading)
                {
                    _read = _reader.ReadAsync().GetAwaiter();
                    _isReading = true;
                }
                if (!_read.IsCompleted)
                {
                    _read.UnsafeOnCompleted(_pump); // from here on the pump may run elsewhere: nothing of it is touched any more
                    answered?.Finish();
                    return;
                }
                if (answered is not null)
                    FinishElsewhere(answered);
                answered = null;
                _isReading = false;
                var result = _read.GetResult();
                answered = Take(result);
                if (!result.IsCompleted)
                    continue;
                if (answered is not null)
                    FinishElsewhere(answered);
                break;
            }
        }
        catch (Exception error)
        {
            _client.Broke(this, error);
            return;
        }
        _client.Broke(this, error: null);
    }

#pragma warning restore CA2012, VSTHRD002

    /// <summary>Takes all frames that are there; the last call that ended by them is left to be finished.</summary>
    private PendingCall? Take(ReadResult result)
    {
        var buffer = result.Buffer;
        PendingCall? last = null;
        var isHeld = false;
        try
        {
            while (Frame.TryRead(ref buffer, Frame.LongestBody, out var frame))
            {
                if (_client.Answered(this, frame) is not { } ended)
                    continue;
                if (last is not null)
                {
                    if (!isHeld)
                    {
                        isHeld = true;
                        Writer.Hold(); // those who are answered now come back at once, and may share a write
                    }
                    FinishElsewhere(last);
                }
                last = ended;
            }
        }
        catch when (last is not null)
        {
            FinishElsewhere(last);
            throw;
        }
        finally
        {
            if (isHeld)
                Writer.FlushBehind();
        }
        _reader.AdvanceTo(buffer.Start, buffer.End);
        return last;
    }

    private static void FinishElsewhere(PendingCall call) => ThreadPool.UnsafeQueueUserWorkItem(call, preferLocal: false);
}
