using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Json;

namespace Pyremto;

/// <summary>
/// One client's connection: reads frames, begins to serve what they ask, and lets the answers go as they come, in any order. What a peer
/// does wrong ends its connection and nothing else.
/// </summary>
internal sealed partial class ServerConnection
{
    /// <summary>Beyond that many bytes that the peer has not taken, nothing more is read from it.</summary>
    private const int MostWaiting = 1 << 20;

    /// <summary>How many bytes of a frame have to come within the peer's time, where its end does not.</summary>
    private const int LeastProgress = 1024;

    private readonly DuplexPipe _pipes;
    private readonly NamedPipeServer _server;
    private readonly FrameWriter _writer;
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, ServerCall> _calls = [];
    private readonly Stack<ServerCall> _ended = new();
    private readonly Queue<(long Position, UndeliveredAnswer Answer)> _unsent = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _connectedAt;
    private TaskCompletionSource? _idle;
    private PipeSession? _session;
    private string? _lastWorker;
    private long _partialSince;
    private int _lasting;
    private int _isClosed;
    private bool _isEnding;

    public ServerConnection(DuplexPipe pipes, NamedPipeServer server)
    {
        _pipes = pipes;
        _server = server;
        _writer = new FrameWriter(pipes.Output, server.Time, pipes.Input.CancelPendingRead);
        _connectedAt = server.Time.GetTimestamp();
    }

    public IJobScheduler Scheduler => _server.Scheduler;

    /// <summary>Completes when nothing of it goes on: no call is served, and its session knows what was not delivered.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Serves the connection to its end.</summary>
    /// <param name="isFull">Whether there are too many connections already: it is told so, and ended.</param>
    public async Task RunAsync(bool isFull)
    {
        var reader = _pipes.Input;
        try
        {
            if (isFull)
            {
                var refusal = PipeErrors.TooManyConnections(_server.Options.MaxConnections);
                await RefuseAsync(refusal, isSaid: _server.Full.Count() > 0).ConfigureAwait(false);
            }
            else if (await IntroduceAsync(reader).ConfigureAwait(false))
                await ReadAsync(reader).ConfigureAwait(false);
        }
        catch (FrameException error)
        {
            LogMalformed(_server.Logger, _server.Name, error.Message);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The peer is gone, or the connection was closed from here.
        }
        catch (Exception error)
        {
            LogBroke(_server.Logger, _server.Name, error);
        }
        await reader.CompleteAsync().ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the connection from this side.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        _writer.Close();
        _pipes.Dispose();
    }

    /// <summary>Looks whether the peer keeps us waiting, and ends the connection if it does.</summary>
    public void CheckProgress(TimeSpan limit)
    {
        var problem =
            Volatile.Read(ref _session) is null && _server.Time.GetElapsedTime(_connectedAt) > limit ? "it said nothing that introduces it"
            : Volatile.Read(ref _partialSince) is var since && since != 0 && _server.Time.GetElapsedTime(since) > limit ? $"it sent less than {LeastProgress} bytes in the middle of a frame"
            : _writer.StuckFor > limit ? "it takes no answers"
            : null;
        if (problem is null)
            return;
        LogSilent(_server.Logger, _server.Name, problem, limit.TotalSeconds);
        Close();
    }

    /// <summary>Takes one of the places for calls that last, so that the other half is left to signs of life and reports.</summary>
    public bool TryLast(ServerCall call)
    {
        if (Interlocked.Increment(ref _lasting) > _server.Options.MaxCallsPerConnection)
        {
            Interlocked.Decrement(ref _lasting);
            return false;
        }
        call.Lasts = true;
        return true;
    }

    /// <summary>That a call finds no place.</summary>
    public PyremtoException TooManyCalls() => PipeErrors.TooManyCalls(_server.Options.MaxCallsPerConnection).ToException();

    private async Task ReadAsync(PipeReader reader)
    {
        var partial = 0L; // how much of a frame there was at _partialSince
        while (true)
        {
            var reading = reader.ReadAsync();
            var isOver = _writer.IsBroken && !reading.IsCompleted; // what the peer said before it went was read, and counts (S5)
            if (isOver)
                reader.CancelPendingRead();
            var result = await reading.ConfigureAwait(false);
            var buffer = result.Buffer;
            while (Frame.TryRead(ref buffer, _server.Options.MaxRequestBytes, out var frame))
            {
                Take(frame);
            }
            _writer.Flush();
            if (result.IsCompleted || isOver)
            {
                if (!buffer.IsEmpty)
                    throw new FrameException($"it ended in the middle of a frame, after {buffer.Length} bytes");
                return;
            }
            if (buffer.IsEmpty)
            {
                Volatile.Write(ref _partialSince, 0);
            }
            else if (_partialSince == 0 || buffer.Length < result.Buffer.Length || buffer.Length - partial >= LeastProgress)
            {
                partial = buffer.Length;
                Volatile.Write(ref _partialSince, _server.Time.GetTimestamp());
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (_writer.Waiting > MostWaiting)
                await TakeABreakAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Reads nothing until the peer has taken what there is for it: half a frame waits for us meanwhile, and not we for its
    /// other half.</summary>
    private async ValueTask TakeABreakAsync()
    {
        var isPartial = _partialSince != 0;
        Volatile.Write(ref _partialSince, 0);
        await _writer.QuietAsync().ConfigureAwait(false);
        if (isPartial)
            Volatile.Write(ref _partialSince, _server.Time.GetTimestamp());
    }

    private void Take(Frame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Call:
                Begin(frame);
                break;
            case FrameKind.Cancel:
                lock (_gate)
                    _calls.GetValueOrDefault(frame.Call)?.GiveUp();
                break;
            case FrameKind.Credit when frame.Body.Length == sizeof(uint):
                lock (_gate)
                    _calls.GetValueOrDefault(frame.Call)?.Credit.Grant(ReadNumber(frame.Body));
                break;
            case FrameKind.Goodbye:
                _session!.HasLeft = true;
                break;
            default:
                throw new FrameException($"it sent a frame of kind {(byte)frame.Kind} with {frame.Body.Length} bytes, which no client of ours sends");
        }
    }

    private void Begin(Frame frame)
    {
        if (frame.Body.IsEmpty || PipeVerbHandler.Find(frame.Body.FirstSpan[0]) is not { } handler)
        {
            _writer.WriteJson(FrameKind.Error, frame.Call, PipeErrors.UnknownVerb);
            return;
        }
        ServerCall call;
        lock (_gate)
        {
            if (_calls.Count >= 2 * _server.Options.MaxCallsPerConnection)
            {
                _writer.WriteJson(FrameKind.Error, frame.Call, PipeErrors.TooManyCalls(_server.Options.MaxCallsPerConnection));
                return;
            }
            if (!_ended.TryPop(out call!))
                call = new ServerCall();
            call.Begin(frame.Call);
            if (!_calls.TryAdd(call.Id, call))
                throw new FrameException($"it began a call {call.Id} while it had one of that number");
        }
        try
        {
            var serving = handler.ServeAsync(this, call, frame.Body.Slice(1));
            if (serving.IsCompleted)
                return;
            lock (_gate)
                call.IsInline = false;
        }
        catch (Exception error)
        {
            Fail(call, error is JsonException or InvalidOperationException ? new InvalidRequestException($"The request cannot be read: {error.Message}") : error);
            Ended(call);
        }
    }

    private async Task EndAsync()
    {
        Close();
        Task idle;
        lock (_gate)
        {
            foreach (var call in _calls.Values)
                call.GiveUp();
            _isEnding = true;
            while (_ended.TryPop(out var call))
                call.Dispose();
            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_calls.Count == 0)
                _idle.SetResult();
            idle = _idle.Task;
        }
        await idle.ConfigureAwait(false);
        if (_session is { } session)
            await _server.Sessions.DisconnectedAsync(session, TakeUndelivered()).ConfigureAwait(false);
        _completion.SetResult();
    }

    private static uint ReadNumber(in ReadOnlySequence<byte> body)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        body.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
