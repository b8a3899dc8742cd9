using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// What the writer of a store does with the changes that are there: decides them together, keeps them by one commit, and answers them
/// after it (S14). If a commit fails, its callers are told and memory is built up again from the journal. No thread of its own, no
/// waiting; not thread-safe.
/// </summary>
internal sealed partial class StoreWriter
{
    private readonly List<StoreWork> _group = new(GroupPace.Largest);
    private readonly IStoreJournal _journal;
    private readonly ILogger _logger;
    private bool _isRestored;

    public StoreWriter(IStoreJournal journal, TimeProvider time, ILogger logger)
    {
        (_journal, _logger) = (journal, logger);
        State = new StoreState(journal);
        Clock = new StoreClock(time, State);
    }

    /// <summary>Takes the next change, if there is one that belongs to a group of so many.</summary>
    public delegate bool TakeWork(int groupSize, [NotNullWhen(true)] out StoreWork? work);

    public StoreState State { get; }

    public StoreClock Clock { get; }

    /// <summary>How long the last commit took that succeeded.</summary>
    public TimeSpan LastCommit { get; private set; }

    public IJobStoreObserver? Observer { private get; set; }

    /// <summary>Builds everything up from the journal, after the process before ended.</summary>
    public void Open()
    {
        State.Restore(Clock.Read(), processEnded: true);
        _isRestored = true;
        State.TakeNotices();
    }

    /// <summary>Decides, keeps and answers one group; answers how many changes were in it.</summary>
    public int WriteGroup(TakeWork take)
    {
        try
        {
            if (!_isRestored)
            {
                State.Restore(Clock.Read(), processEnded: false);
                _isRestored = true;
                LogRestored();
            }
            _journal.Begin();
            while (take(_group.Count, out var work))
            {
                _group.Add(work);
                work.Decide(State, Clock.Read());
            }
            var begun = Stopwatch.GetTimestamp();
            _journal.Commit();
            LastCommit = Stopwatch.GetElapsedTime(begun);
        }
        catch (Exception error)
        {
            return FailGroup(error, take);
        }
        var notices = State.TakeNotices();
        foreach (var work in _group)
            work.Complete();
        var size = _group.Count;
        _group.Clear();
        notices.Tell(Observer);
        return size;
    }

    private int FailGroup(Exception error, TakeWork take)
    {
        LogCommitFailed(error, _group.Count);
        _isRestored = false; // what is in memory may not be told any more
        if (_group.Count == 0 && take(0, out var work))
            _group.Add(work);
        var told = new StoreUnavailableException(
            $"The store could not keep the change: {error.Message} Nothing was changed; repeat the call with the same request id.", error);
        foreach (var failed in _group)
            failed.Fail(told);
        var size = _group.Count;
        _group.Clear();
        return size;
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Error,
        Message = "The store could not keep {Changes} changes; their callers are told, and memory is rebuilt from the store.")]
    private partial void LogCommitFailed(Exception error, int changes);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "Memory was rebuilt from the store after a failed commit.")]
    private partial void LogRestored();
}
