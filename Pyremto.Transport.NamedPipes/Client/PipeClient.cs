using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// Makes calls over a pipe to a coordinator, which may come, go and come back: the shell around <see cref="ClientSession"/>. It connects
/// at the first call and from then on stays connected, so that what its workers have is not taken for lost. Thread-safe.
/// </summary>
internal sealed partial class PipeClient : IAsyncDisposable
{
    private static readonly TimeSpan VerdictWithin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan GoodbyeWithin = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ClientSession _session;
    private readonly PipeConnector _connector;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _name;
    private readonly long _origin;
    private readonly ITimer _timer;
    private readonly HashSet<string> _workers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();
    private ClientConnection? _connection;
    private Task _connecting = Task.CompletedTask;
    private bool _isConnecting;
    private bool _hasAnswered;
    private bool _isClosed;
    private string? _lastWorker;

    public PipeClient(string name, NamedPipeClientOptions options, TimeProvider time, IRandomSource random, ILogger logger)
    {
        (_name, _time, _logger) = (name, time, logger);
        _session = new ClientSession(options.ReconnectFor, VerdictWithin);
        _connector = new PipeConnector(name, random.NextWord(20), time, random);
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(
            static client => ((PipeClient)client!).TimerFired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Notes that this process speaks for a worker, whose id it gives when it connects again.</summary>
    public void SpeakFor(string worker)
    {
        if (worker == _lastWorker || worker.Length is 0 or > WorkerId.MaxLength)
            return; // an id that no coordinator takes would keep this process from coming back
        _lastWorker = worker;
        lock (_gate)
        {
            if (_workers.Count < PipeProtocol.MostWorkers)
                _workers.Add(worker);
        }
    }

    /// <summary>Makes a call with one answer. Reports are sent even if they are given up already, where there is a connection
    /// (S5).</summary>
    public ValueTask<TAnswer> CallAsync<TRequest, TAnswer>(
        PipeVerb verb, TRequest request, bool isRepeatable, CancellationToken cancellationToken)
    {
        var isGivenUp = cancellationToken.IsCancellationRequested;
        if (isGivenUp && request is not ExchangeRequest { HasReports: true })
            return ValueTask.FromCanceled<TAnswer>(cancellationToken);
        var call = new PendingCall<TRequest, TAnswer>(verb, request, isRepeatable, cancellationToken);
        if (cancellationToken.CanBeCanceled && !isGivenUp)
            call.Registration = cancellationToken.UnsafeRegister(static state => ((GivingUp)state!).Run(), new GivingUp(this, call));
        Begin(call);
        if (isGivenUp)
            GiveUp(call);
        return call.Task;
    }

    /// <summary>Makes a call whose answer is a stream; the reader's pace is the coordinator's.</summary>
    /// <exception cref="ConnectionLostException">The connection broke on the way.</exception>
    public async IAsyncEnumerable<TItem> StreamAsync<TRequest, TItem>(
        PipeVerb verb, TRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = new StreamCall<TRequest, TItem>(verb, request);
        Begin(call);
        try
        {
            var taken = 0;
            while (await call.Items.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (call.Items.TryRead(out var next))
                {
                    taken += next.Length;
                    if (taken > PipeProtocol.StreamWindow / 4)
                    {
                        Grant(call, (uint)taken);
                        taken = 0;
                    }
                    yield return next.Item;
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            GiveUp(call);
        }
    }

    /// <summary>Takes a frame that arrived; the call that ended by it is left to be finished.</summary>
    public PendingCall? Answered(ClientConnection connection, in Frame frame)
    {
        PendingCall? call;
        lock (_gate)
            call = connection == _connection ? _session.Find(frame.Call) : null;
        if (call is null)
            return null; // it has ended
        try
        {
            if (!call.Read(frame))
                return null;
        }
        catch (FrameException error)
        {
            call.Fail(new InternalErrorException($"Pipe '{_name}': {error.Message}"));
        }
        lock (_gate)
        {
            if (call.Stage != CallStage.Sent)
                return null;
            _hasAnswered = true;
            _session.Ended(call);
        }
        SendQueued(connection);
        return call;
    }

    /// <summary>A connection has ended: what can be repeated waits for the next one.</summary>
    public void Broke(ClientConnection connection, Exception? error)
    {
        connection.Close();
        var ended = new List<PendingCall>();
        var orphans = new List<PendingCall>();
        lock (_gate)
        {
            if (_connection != connection)
                return;
            _connection = null;
            _session.Broke(Now, ended, orphans);
            foreach (var call in orphans)
                call.Orphan(ReleaseOrphan); // under the lock: its answer must find it so
            if (!_isClosed)
                Connect();
            Arm();
        }
        LogBroke(_logger, _name, error?.Message ?? "the coordinator has closed it");
        foreach (var call in ended)
        {
            call.Lose(new CoordinatorUnreachableException(
                $"The connection to the coordinator over pipe '{_name}' broke before it answered; whether the call took effect is unknown."));
            ThreadPool.UnsafeQueueUserWorkItem(call, preferLocal: false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<PendingCall> ended;
        ClientConnection? connection;
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            ended = _session.EndAll();
            connection = _connection;
            _connection = null;
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        if (connection is not null)
        {
            connection.Writer.Write(FrameKind.Goodbye, 0);
            connection.Writer.Flush();
            await Task.WhenAny(connection.Writer.QuietAsync(), Task.Delay(GoodbyeWithin, _time, CancellationToken.None)).ConfigureAwait(false);
            connection.Close();
        }
        Fail(ended, new CoordinatorUnreachableException($"The client of pipe '{_name}' was closed."));
        await _connecting.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }
}
