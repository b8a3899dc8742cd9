using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;

namespace Pyremto.Tests.Simulation;

/// <summary>
/// The shell around the real <see cref="StoreWriter"/>, as <c>GroupCommitExecutor</c> is one: changes that meet while the disk is busy
/// are one group, and callers go on on the one thread that there is: at once, or behind the notices of their commit, as it happens where
/// there are more.
/// </summary>
internal sealed class SimulatedExecutor(
    SimulatedProcess process, IStoreJournal journal, Action<object?> decides, Action beforeCommit, Action afterCommit) : IStoreExecutor
{
    private readonly StoreWriter _writer = new(journal, new ProcessClock(process), NullLogger.Instance);
    private readonly Queue<StoreWork> _queue = new();
    private bool _isImmediate;
    private bool _isPlanned;
    private int _goingOn;

    /// <summary>Whether nobody waits for the disk, or is about to go on with what came of it.</summary>
    public bool IsIdle => _queue.Count == 0 && _goingOn == 0;

    /// <summary>Whether memory is what the disk keeps.</summary>
    public bool IsRestored => _writer.IsRestored;

    public StoreState State => _writer.State;

    public StoreClock Clock => _writer.Clock;

    public IJobStoreObserver? Observer
    {
        set => _writer.Observer = value;
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _writer.Open();
        return default;
    }

    public ValueTask<TResult> ExecuteAsync<TArgument, TResult>(
        Func<StoreState, TArgument, long, TResult> decide, TArgument argument, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        var work = new StoreWork<TArgument, TResult>(Watched(decide), argument, cancellationToken, continuesElsewhere: false);
        _queue.Enqueue(work);
        if (_isImmediate)
        {
            _isImmediate = false; // who is woken by this has to wait for the disk
            Write();
            _isImmediate = true;
            return work.Answer;
        }
        PlanCommit();
        return GoOnAsync(work.Answer);
    }

    public ValueTask<TResult> ReadAsync<TArgument, TResult>(
        Func<IJournalReader, TArgument, TResult> read, TArgument argument, CancellationToken cancellationToken) =>
        new(read(journal.Reader, argument));

    public ValueTask DisposeAsync() => default;

    /// <summary>Lets someone look at the store between two commits, without any time passing.</summary>
    public void Immediately(Action look)
    {
        _isImmediate = true;
        look();
        _isImmediate = false;
    }

    private Func<StoreState, TArgument, long, TResult> Watched<TArgument, TResult>(Func<StoreState, TArgument, long, TResult> decide) =>
        (state, argument, now) =>
        {
            decides(argument);
            return decide(state, argument, now);
        };

    private async ValueTask<TResult> GoOnAsync<TResult>(ValueTask<TResult> answer)
    {
        try
        {
            return await answer;
        }
        finally
        {
            await WhenItsTurnComes();
        }
    }

    private Task WhenItsTurnComes()
    {
        if (process.World.Chance(0.5))
            return Task.CompletedTask;
        var turn = new TaskCompletionSource();
        _goingOn++;
        process.After(TimeSpan.Zero, () =>
        {
            _goingOn--;
            turn.SetResult();
            afterCommit();
        });
        return turn.Task;
    }

    private void PlanCommit()
    {
        if (_isPlanned || _isImmediate || _queue.Count == 0)
            return;
        _isPlanned = true;
        process.After(DiskTime(), WriteFaultily);
    }

    private void WriteFaultily()
    {
        _isPlanned = false;
        beforeCommit();
        Write();
        afterCommit();
        PlanCommit();
    }

    private void Write()
    {
        var left = _queue.Count; // who comes while these are answered is of the next group
        _writer.WriteGroup(TryTake);

        bool TryTake(int groupSize, [NotNullWhen(true)] out StoreWork? work)
        {
            work = left-- > 0 ? _queue.Dequeue() : null;
            return work is not null;
        }
    }

    private TimeSpan DiskTime() => process.World.Fault(0.01) ? process.World.Seconds(0.1, 5) : process.World.Seconds(0.0001, 0.005);
}
