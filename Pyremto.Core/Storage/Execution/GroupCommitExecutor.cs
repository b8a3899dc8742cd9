using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// One writer on a thread of its own: callers' changes meet in a channel, those that are there are decided together, kept by one
/// commit, and answered after it (S14). If a commit fails, its callers are told and memory is built up again from the journal.
/// </summary>
internal sealed partial class GroupCommitExecutor : IStoreExecutor
{
    private readonly Channel<StoreWork> _queue = Channel.CreateUnbounded<StoreWork>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _readerGate = new(1);
    private readonly GroupPace _pace = new();
    private readonly StoreWriter _writer;
    private readonly IStoreJournal _journal;
    private readonly ILogger _logger;
    private Thread? _thread;
    private long _answeredAt;
    private int _isDisposed;

    public GroupCommitExecutor(IStoreJournal journal, TimeProvider time, ILogger logger)
    {
        _journal = journal;
        _logger = SafeLogger.Over(logger); // the writer's thread must outlive a logging provider that throws
        _writer = new StoreWriter(journal, time, _logger);
    }

    public StoreState State => _writer.State;

    public StoreClock Clock => _writer.Clock;

    public IJobStoreObserver? Observer
    {
        set => _writer.Observer = value;
    }

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Write) { IsBackground = true, Name = "Pyremto store" };
        _thread.Start();
        await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<TResult> ExecuteAsync<TArgument, TResult>(
        Func<StoreState, TArgument, long, TResult> decide, TArgument argument, CancellationToken cancellationToken) =>
        ExecuteAsync(decide, argument, isLook: false, cancellationToken);

    public ValueTask<TResult> LookAsync<TArgument, TResult>(
        Func<StoreState, TArgument, long, TResult> decide, TArgument argument, CancellationToken cancellationToken) =>
        ExecuteAsync(decide, argument, isLook: true, cancellationToken);

    private ValueTask<TResult> ExecuteAsync<TArgument, TResult>(
        Func<StoreState, TArgument, long, TResult> decide, TArgument argument, bool isLook, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        var work = new StoreWork<TArgument, TResult>(decide, argument, cancellationToken, isLook: isLook);
        return _queue.Writer.TryWrite(work)
            ? work.Answer
            : ValueTask.FromException<TResult>(new StoreUnavailableException("The store is closed."));
    }

    public async ValueTask<TResult> ReadAsync<TArgument, TResult>(
        Func<IJournalReader, TArgument, TResult> read, TArgument argument, CancellationToken cancellationToken)
    {
        await _readerGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => read(_journal.Reader, argument), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (PyremtoException or OperationCanceledException))
        {
            LogReadFailed(error);
            throw new StoreUnavailableException("The store could not be read; its log tells why.", error);
        }
        finally
        {
            _readerGate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _queue.Writer.TryComplete();
        if (_thread is not null)
            await _ended.Task.ConfigureAwait(false);
        await _readerGate.WaitAsync().ConfigureAwait(false);
        _journal.Dispose();
        _readerGate.Release(); // who waits to read is told that the store is closed
    }

    /// <summary>The writer's thread. Nothing but this thread is ever blocked.</summary>
    private void Write()
    {
        try
        {
            _writer.Open();
        }
        catch (Exception error)
        {
            _queue.Writer.TryComplete();
            _opened.TrySetException(error as PyremtoException ?? new StoreUnavailableException(error.Message, error));
            _ended.TrySetResult();
            return;
        }
        _opened.TrySetResult();
        while (WaitForWork())
            WriteGroup();
        _ended.TrySetResult();
    }

#pragma warning disable VSTHRD002 // This thread exists to block here.
    private bool WaitForWork()
    {
        if (LookOut(groupSize: 0))
            return true;
        var waiting = _queue.Reader.WaitToReadAsync();
        return waiting.IsCompletedSuccessfully ? waiting.Result : waiting.AsTask().GetAwaiter().GetResult();
    }
#pragma warning restore VSTHRD002

    private void WriteGroup()
    {
        _pace.Begin(SinceAnswers);
        _pace.End(_writer.WriteGroup(TryTake), _writer.LastCommit);
        _answeredAt = Stopwatch.GetTimestamp();
    }

    private TimeSpan SinceAnswers => Stopwatch.GetElapsedTime(_answeredAt);

    private bool TryTake(int groupSize, [NotNullWhen(true)] out StoreWork? work)
    {
        work = null;
        return groupSize < _pace.Most && (_queue.Reader.TryRead(out work) || (LookOut(groupSize) && _queue.Reader.TryRead(out work)));
    }

    /// <summary>Spins while it pays to wait for another change; true when there is one.</summary>
    private bool LookOut(int groupSize)
    {
        for (var spinner = default(SpinWait); _pace.Awaits(groupSize, SinceAnswers); spinner.SpinOnce(sleep1Threshold: -1))
        {
            if (_queue.Reader.TryPeek(out _))
                return true;
        }
        return false;
    }
}
