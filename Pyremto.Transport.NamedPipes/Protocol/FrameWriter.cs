using System.Text.Json;

namespace Pyremto;

/// <summary>
/// Sends frames over one stream. Whoever writes a frame while another is being sent only leaves it: what has gathered goes out in one
/// write after that. Thread-safe.
/// </summary>
/// <param name="stream">Where they go.</param>
/// <param name="time">Tells how long it takes.</param>
/// <param name="broke">Told once when the peer takes nothing any more; closes what the peer still says something on.</param>
internal sealed class FrameWriter(Stream stream, TimeProvider time, Action? broke = null) : IThreadPoolWorkItem
{
    /// <summary>How much waits for more at the most, so that the peer has something to do while the rest is written.</summary>
    private const int MostHeld = 2048;

    /// <summary>How much is handed over at once: what a peer takes counts by so many bytes.</summary>
    private const int MostAtOnce = 64 << 10;

    private readonly Lock _gate = new();
    private PooledBuffer _gathering = new();
    private PooledBuffer _sending = new();
    private Utf8JsonWriter? _json;
    private TaskCompletionSource? _quiet;
    private bool _isSending;
    private bool _isBroken;
    private int _holds;
    private long _sendingSince;
    private long _written;
    private long _sent;

    /// <summary>How many bytes were handed to the operating system so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Whether the peer takes nothing any more, or <see cref="Close"/> was called.</summary>
    public bool IsBroken => Volatile.Read(ref _isBroken);

    /// <summary>How many bytes wait to be sent.</summary>
    public int Waiting => _gathering.Length + _sending.Length;

    /// <summary>
    /// How long the peer has taken nothing although there is something to send; zero if there is nothing. A message of any length may
    /// take its time, as long as it goes on.
    /// </summary>
    public TimeSpan StuckFor
    {
        get
        {
            lock (_gate)
                return _isSending ? time.GetElapsedTime(_sendingSince) : TimeSpan.Zero;
        }
    }

    /// <summary>Leaves a frame without a body, or with a few bytes. It goes out with <see cref="Flush"/>.</summary>
    public void Write(FrameKind kind, uint call, ReadOnlySpan<byte> body = default)
    {
        lock (_gate)
        {
            var start = Begin();
            body.CopyTo(_gathering.GetSpan(body.Length));
            _gathering.Advance(body.Length);
            End(start, kind, call);
        }
    }

    /// <summary>Leaves a frame whose body is JSON. It goes out with <see cref="Flush"/>.</summary>
    /// <returns>How long the frame is, and where it ends; the latter is to be compared with <see cref="Sent"/>.</returns>
    /// <exception cref="TooLargeException">The body is longer than <paramref name="longestBody"/>; nothing was left.</exception>
    public WrittenFrame WriteJson<T>(FrameKind kind, uint call, T body, int longestBody = Frame.LongestBody, PipeVerb? verb = null)
    {
        lock (_gate)
        {
            var start = Begin();
            try
            {
                if (verb is { } value)
                {
                    _gathering.GetSpan(1)[0] = (byte)value;
                    _gathering.Advance(1);
                }
                _json ??= new Utf8JsonWriter(_gathering, new JsonWriterOptions { SkipValidation = true });
                _json.Reset(_gathering);
                FrameBody.Write(_json, body);
                _json.Flush();
                var length = _gathering.Length - start - Frame.HeaderLength;
                if (length > longestBody)
                    throw new TooLargeException("a message over the pipe (bytes)", length, longestBody);
            }
            catch
            {
                _gathering.CutTo(start);
                throw;
            }
            var written = _gathering.Length - start;
            End(start, kind, call);
            return new WrittenFrame(written, _written);
        }
    }

    /// <summary>
    /// Lets <see cref="Flush"/> wait for a <see cref="FlushBehind"/>, which has to follow each hold: more frames are about to be written on
    /// the thread pool. Holds add up, so that the end of one does not send what others still wait for frame by frame.
    /// </summary>
    public void Hold() => Interlocked.Increment(ref _holds);

    /// <summary>
    /// Ends a hold, and sends what was left, behind the work that the thread pool has in its queue now, which likely leaves more: what many
    /// callers who were answered at once have to say goes out in one write.
    /// </summary>
    public void FlushBehind() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>The same, unless somebody else is about to.</summary>
    public void FlushSoon()
    {
        if (Interlocked.CompareExchange(ref _holds, 1, 0) == 0)
            FlushBehind();
        else
            Flush();
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Decrement(ref _holds);
        Flush();
    }

    /// <summary>Sends what was left, on this thread as far as the pipe takes it at once.</summary>
    public void Flush()
    {
        if (Volatile.Read(ref _holds) != 0 && _gathering.Length < MostHeld)
            return;
        lock (_gate)
        {
            if (_isSending || _gathering.Length == 0 || _isBroken)
                return;
            _isSending = true;
            _sendingSince = time.GetTimestamp();
            Swap();
        }
        _ = SendAsync();
    }

    /// <summary>Completes when everything that was left is sent, or never will be.</summary>
    public Task QuietAsync()
    {
        lock (_gate)
        {
            return !_isSending
                ? Task.CompletedTask
                : (_quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Sends nothing more; what was left and not sent is forgotten.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isBroken = true;
            _gathering.Clear();
        }
    }

    private int Begin()
    {
        var start = _gathering.Length;
        _gathering.GetSpan(Frame.HeaderLength);
        _gathering.Advance(Frame.HeaderLength);
        return start;
    }

    private void End(int start, FrameKind kind, uint call)
    {
        var length = _gathering.Length - start;
        Frame.WriteHeader(_gathering.At(start), kind, call, length - Frame.HeaderLength);
        _written += length;
        if (_isBroken)
            _gathering.Clear();
    }

    private void Swap() => (_gathering, _sending) = (_sending, _gathering);

    private async Task SendAsync()
    {
        try
        {
            for (var start = 0; ;)
            {
                var length = Math.Min(_sending.Length - start, MostAtOnce);
                await stream.WriteAsync(_sending.Written.Slice(start, length)).ConfigureAwait(false);
                lock (_gate)
                {
                    Volatile.Write(ref _sent, _sent + length);
                    _sendingSince = time.GetTimestamp();
                    start += length;
                    if (start < _sending.Length)
                        continue;
                    _sending.Clear();
                    start = 0;
                    if (_gathering.Length == 0)
                    {
                        Rest();
                        return;
                    }
                    Swap();
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            lock (_gate)
            {
                _isBroken = true;
                _sending.Clear();
                _gathering.Clear();
                Rest();
            }
            broke?.Invoke();
        }
    }

    private void Rest()
    {
        _isSending = false;
        _quiet?.TrySetResult();
        _quiet = null;
    }
}

/// <summary>A frame that was left to be sent.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="End">How many bytes there are up to its end since the connection began.</param>
internal readonly record struct WrittenFrame(int Length, long End);
