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
    private const int LargestGroup = 1024;

    /// <summary>How long the writer looks out for those that were answered just now before it goes on; a fraction of what a commit takes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMicroseconds(60);

    private readonly Channel<StoreWork> _queue = Channel.CreateUnbounded<StoreWork>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _readerGate = new(1);
    private readonly List<StoreWork> _group = new(LargestGroup);
    private readonly IStoreJournal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Thread? _writer;
    private bool _isRestored;

    /// <summary>How many callers are about: the size of the last groups.</summary>
    private int _expected;
    private int _isDisposed;

    public GroupCommitExecutor(IStoreJournal journal, TimeProvider time, ILogger logger)
    {
        _journal = journal;
        _time = time;
        _logger = logger;
        State = new StoreState(journal);
    }

    public StoreState State { get; }

    public IJobStoreObserver? Observer { private get; set; }

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _writer = new Thread(Write) { IsBackground = true, Name = "Pyremto store" };
        _writer.Start();
        await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<TResult> ExecuteAsync<TArgument, TResult>(
        Func<StoreState, TArgument, long, TResult> decide, TArgument argument, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        var work = new StoreWork<TArgument, TResult>(decide, argument, cancellationToken);
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
        if (_writer is not null)
            await _ended.Task.ConfigureAwait(false);
        await _readerGate.WaitAsync().ConfigureAwait(false);
        _journal.Dispose();
        _readerGate.Dispose();
    }

    /// <summary>The writer's thread. Nothing but this thread is ever blocked.</summary>
    private void Write()
    {
        try
        {
            State.Restore(Now, processEnded: true);
            _isRestored = true;
            State.TakeNotices();
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

    private long Now => _time.GetUtcNow().ToMicros();

#pragma warning disable VSTHRD002 // This thread exists to block here.
    private bool WaitForWork()
    {
        if (_expected > 1 && SpinUntilThereIsWork())
            return true;
        var waiting = _queue.Reader.WaitToReadAsync();
        return waiting.IsCompletedSuccessfully ? waiting.Result : waiting.AsTask().GetAwaiter().GetResult();
    }
#pragma warning restore VSTHRD002

    /// <summary>
    /// The next change; where as many callers as in the last group are not there yet, they are given a moment, since they were answered
    /// just now and most come back at once.
    /// </summary>
    private bool TryTake([NotNullWhen(true)] out StoreWork? work) =>
        _queue.Reader.TryRead(out work)
        || (_group.Count < _expected && SpinUntilThereIsWork() && _queue.Reader.TryRead(out work));

    private bool SpinUntilThereIsWork()
    {
        var spinner = default(SpinWait);
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience;)
        {
            if (_queue.Reader.TryPeek(out _))
                return true;
            spinner.SpinOnce(sleep1Threshold: -1);
        }
        return false;
    }

    private void WriteGroup()
    {
        try
        {
            if (!_isRestored)
            {
                State.Restore(Now, processEnded: false);
                _isRestored = true;
                LogRestored();
            }
            _journal.Begin();
            while (_group.Count < LargestGroup && TryTake(out var work))
            {
                _group.Add(work);
                work.Decide(State, Now);
            }
            _expected = Math.Max(_group.Count, _expected - 1 - _expected / 8);
            _journal.Commit();
        }
        catch (Exception error)
        {
            FailGroup(error);
            return;
        }
        var notices = State.TakeNotices();
        foreach (var work in _group)
            work.Complete();
        _group.Clear();
        notices.Tell(Observer);
    }

    private void FailGroup(Exception error)
    {
        LogCommitFailed(error, _group.Count);
        _isRestored = false; // what is in memory may not be told any more
        if (_group.Count == 0 && _queue.Reader.TryRead(out var work))
            _group.Add(work);
        var told = new StoreUnavailableException(
            $"The store could not keep the change: {error.Message} Nothing was changed; repeat the call with the same request id.", error);
        foreach (var failed in _group)
            failed.Fail(told);
        _group.Clear();
    }
}
