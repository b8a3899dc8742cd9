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
    private readonly StoreOutage _outage;
    private readonly ILogger _logger;
    private bool _cannotRestore;

    public StoreWriter(IStoreJournal journal, TimeProvider time, ILogger logger)
    {
        (_journal, _logger) = (journal, logger);
        State = new StoreState(journal);
        Clock = new StoreClock(time, State);
        _outage = new StoreOutage(time);
    }

    /// <summary>Takes the next change, if there is one that belongs to a group of so many.</summary>
    public delegate bool TakeWork(int groupSize, [NotNullWhen(true)] out StoreWork? work);

    public StoreState State { get; }

    public StoreClock Clock { get; }

    /// <summary>Whether memory is what the journal keeps; not right after a commit that failed.</summary>
    public bool IsRestored { get; private set; }

    /// <summary>How long the last commit took that succeeded.</summary>
    public TimeSpan LastCommit { get; private set; }

    public IJobStoreObserver? Observer { private get; set; }

    /// <summary>Builds everything up from the journal, after the process before ended.</summary>
    public void Open()
    {
        State.Restore(Clock.Read(), processEnded: true);
        IsRestored = true;
        State.TakeNotices();
    }

    /// <summary>Decides, keeps and answers one group; answers how many changes were in it.</summary>
    public int WriteGroup(TakeWork take)
    {
        if (!_outage.MayTry)
        {
            while (take(_group.Count, out var work))
                _group.Add(work);
            return RefuseGroup();
        }
        bool hadChanges;
        try
        {
            RestoreIfNeeded();
            _journal.Begin();
            while (take(_group.Count, out var work))
            {
                _group.Add(work);
                work.Decide(State, Clock.Read());
            }
            hadChanges = _journal.HasChanges;
            var begun = Stopwatch.GetTimestamp();
            _journal.Commit();
            LastCommit = Stopwatch.GetElapsedTime(begun);
        }
        catch (Exception error)
        {
            IsRestored = false; // what is in memory may not be told any more
            if (_group.Count == 0 && take(0, out var work))
                _group.Add(work);
            if (_outage.Failed(error))
                LogOutage(error);
            return RefuseGroup();
        }
        if (hadChanges && _outage.Told is not null)
        {
            LogOutageEnded(_outage.Duration.TotalSeconds, _outage.Refused);
            _outage.End();
        }
        var notices = State.TakeNotices();
        foreach (var work in _group)
            work.Complete();
        var size = _group.Count;
        _group.Clear();
        notices.Tell(Observer);
        return size;
    }

    /// <summary>Tells the group that nothing of it was kept; who only looks is answered all the same.</summary>
    private int RefuseGroup()
    {
        foreach (var work in _group)
        {
            if (work.IsLook && TryLook(work))
                continue;
            _outage.Refused++;
            work.Fail(_outage.Told!);
        }
        var size = _group.Count;
        _group.Clear();
        return size;
    }

    private bool TryLook(StoreWork work)
    {
        if (!IsRestored && _cannotRestore)
            return false; // that is tried again when changes are
        try
        {
            RestoreIfNeeded();
            State.IsFrozen = true;
            work.Decide(State, Clock.Read());
        }
        catch (Exception)
        {
            return false; // the log tells why the outage began
        }
        finally
        {
            State.IsFrozen = false;
        }
        work.Complete();
        return true;
    }

    private void RestoreIfNeeded()
    {
        if (IsRestored)
            return;
        _cannotRestore = true;
        State.Restore(Clock.Read(), processEnded: false);
        (IsRestored, _cannotRestore) = (true, false);
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Error,
        Message = "The store cannot keep changes: their callers are told, and try again; what was kept can be read. The next line about this says when it is over.")]
    private partial void LogOutage(Exception error);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "The store keeps changes again, after {Seconds:0.0} s in which {Changes} were refused.")]
    private partial void LogOutageEnded(double seconds, long changes);
}
