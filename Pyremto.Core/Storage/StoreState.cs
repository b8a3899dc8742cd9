using System.Collections.Concurrent;

namespace Pyremto;

/// <summary>
/// All tags of a store with their ledgers. Changed by one caller at a time, inside a transaction of the journal; what is to be told
/// is collected until <see cref="TakeNotices"/>, after the commit.
/// </summary>
internal sealed partial class StoreState
{
    private readonly IStoreJournal _journal;
    private readonly Dictionary<string, TagState> _tags = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TagRecord> _published = new(StringComparer.Ordinal);
    private readonly PriorityQueue<TagState, long> _deadlines = new();
    private readonly List<TagState> _dirty = [];
    private readonly List<(TagRecord Tag, JobNotNeeded Job)> _notNeeded = [];
    private readonly List<TagChange> _gone = [];
    private long _nextDeadline = long.MaxValue;
    private bool _deadlineMoved;
    private long _servings;

    public StoreState(IStoreJournal journal) => _journal = journal;

    /// <summary>How many tags there may be.</summary>
    public int MostTags { get; set; } = int.MaxValue;

    /// <summary>How long the store was open, over all starts, as far as it was noted (S17).</summary>
    public long UpTime { get; private set; }

    /// <summary>How the store's time and the wall clock stand to each other.</summary>
    public WallTime Wall { get; } = new();

    /// <summary>Whether nothing may change now, not even by time that has passed: <see cref="Enter"/> only looks a tag up.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>The earliest moment at which a lease may end. May be read on any thread.</summary>
    public long NextDeadline => Volatile.Read(ref _nextDeadline);

    /// <summary>A tag as it was last committed. May be called on any thread.</summary>
    public TagRecord? FindPublished(string name) => _published.GetValueOrDefault(name);

    /// <summary>Builds everything up from what the journal keeps; what was in memory before is forgotten.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="processEnded">Whether the coordinator's process ended since, and its own workers with it (S10); not after a failed
    /// commit (S14).</param>
    public void Restore(long now, bool processEnded)
    {
        _tags.Clear();
        _names.Clear();
        _deadlines.Clear();
        _dirty.Clear();
        _notNeeded.Clear();
        _pools.Clear();
        _holdings.Clear();
        _passedOver.Clear();
        _nextDeadline = long.MaxValue;
        foreach (var kept in _journal.Open())
        {
            var tag = new TagState(kept.Record, kept.Journal, this)
            {
                LastUsedAt = Math.Min(Wall.ToStore(kept.LastUsedAt), now), UpTimeAtUse = kept.UpTimeAtUse, NoteBytes = kept.NoteBytes,
                IsPausedEarly = kept.IsPaused,
            };
            _tags.Add(kept.Record.Name, tag);
            _names.Add(kept.Record.Name);
            if (kept.Descriptions is null)
                continue;
            tag.SetUp(kept.Descriptions, kept.Settings!.Value, kept.SetUpRequestId);
            tag.Ledger!.BeginRestore(now);
            kept.Restore(tag.Ledger);
        }
        UpTime = _journal.UpTime;
        _journal.Begin();
        foreach (var tag in _tags.Values)
        {
            if (tag.Ledger is null)
                continue;
            MarkDirty(tag);
            tag.Kinds |= TagChangeKinds.Answer | TagChangeKinds.Progress; // what was kept by the commit that failed was told nobody
            tag.Ledger.FinishRestore(now, processEnded);
            if (!processEnded)
                RestoreHoldings(tag);
            QueueDeadline(tag);
        }
        _journal.Commit();
        foreach (var (name, record) in _published)
        {
            if (_tags.TryGetValue(name, out var tag) && tag.Record.Instance == record.Instance)
                continue;
            _published.TryRemove(name, out _);
            _gone.Add(new TagChange(record, TagChangeKinds.Deleted, Opened: 0));
        }
        foreach (var (name, tag) in _tags)
            _published[name] = tag.Record;
    }

    /// <summary>The tag that a record stands for, about to be used at <paramref name="now"/>.</summary>
    /// <exception cref="TagUnknownException">It was deleted, whether or not there is another of its name (S19).</exception>
    public TagState Enter(TagRecord record, long now) => TryEnter(record, now) ?? throw Gone(record);

    /// <summary>The same; null if the tag was deleted.</summary>
    private TagState? TryEnter(TagRecord record, long now)
    {
        if (!_tags.TryGetValue(record.Name, out var tag) || tag.Record.Instance != record.Instance)
            return null;
        return Entered(tag, now);
    }

    private TagState Entered(TagState tag, long now)
    {
        if (IsFrozen)
            return tag;
        MarkDirty(tag);
        if (tag.Ledger is { } ledger && ledger.NextDeadline <= now)
            ledger.Expire(now);
        tag.Use(now, UpTime);
        return tag;
    }

    private static TagUnknownException Gone(TagRecord record) => new($"The tag '{record.Name}' does not exist (any more).");

    public List<TagRecord> FindTags(string prefix, string? after, int limit)
    {
        var from = after is not null && string.CompareOrdinal(after, prefix) >= 0 ? after + '\0' : prefix;
        var found = new List<TagRecord>();
        if (_names.Max is not { } last || string.CompareOrdinal(from, last) > 0)
            return found;
        foreach (var name in _names.GetViewBetween(from, last))
        {
            if (found.Count == limit || !name.StartsWith(prefix, StringComparison.Ordinal))
                break;
            found.Add(_tags[name].Record);
        }
        return found;
    }

    /// <summary>Marks as lost what is overdue (S10).</summary>
    public void Expire(long now)
    {
        while (_deadlines.TryPeek(out var tag, out var deadline) && deadline <= now)
        {
            _deadlines.Dequeue();
            if (tag.QueuedDeadline != deadline || tag.IsDeleted)
                continue;
            tag.QueuedDeadline = long.MaxValue;
            MarkDirty(tag);
            tag.Ledger!.Expire(now);
            QueueDeadline(tag);
        }
        Volatile.Write(ref _nextDeadline, _deadlines.TryPeek(out _, out var next) ? next : long.MaxValue);
    }

    /// <summary>Lets all leases begin anew (S10): until now nobody could be heard.</summary>
    public void RenewLeases(long now)
    {
        foreach (var tag in _tags.Values)
        {
            tag.Ledger?.RenewLeases(now);
        }
    }

    /// <summary>The store was open for so much longer.</summary>
    public void NoteUpTime(long micros) => _journal.UpTime = UpTime += micros;

    /// <summary>Whether deleted tags left something that is still to be removed.</summary>
    public bool HasRemains => _journal.HasRemains;

    /// <summary>Removes a part of what deleted tags left. Answers whether more is left.</summary>
    public bool Purge() => _journal.Purge();

    public void NoteNotNeeded(TagRecord tag, JobNotNeeded job) => _notNeeded.Add((tag, job));

    /// <summary>What is to be told now that everything so far is durable, once; it is also what others may find from now on.</summary>
    public StoreNotices TakeNotices()
    {
        var notices = default(StoreNotices);
        if (_dirty.Count == 1)
            notices.Change = Publish(_dirty[0]);
        else if (_dirty.Count > 1)
            notices.Changes = _dirty.ConvertAll(Publish);
        _dirty.Clear();
        if (_gone.Count > 0)
        {
            notices.Changes = [.. _gone, .. notices.Changes ?? []];
            _gone.Clear();
        }
        if (_notNeeded.Count > 0)
        {
            notices.NotNeeded = [.. _notNeeded];
            _notNeeded.Clear();
        }
        notices.DeadlineMoved = _deadlineMoved;
        _deadlineMoved = false;
        return notices;
    }

    private TagChange Publish(TagState tag)
    {
        if (!tag.IsDeleted)
            QueueDeadline(tag);
        var change = tag.TakeChange();
        if (!change.Kinds.HasFlag(TagChangeKinds.Deleted))
        {
            if (tag.Published != tag.Record)
                _published[tag.Record.Name] = tag.Published = tag.Record;
        }
        else if (!_tags.ContainsKey(tag.Record.Name))
        {
            _published.TryRemove(tag.Record.Name, out _);
        }
        return change;
    }

    private void MarkDirty(TagState tag)
    {
        _pools.Touched(tag);
        if (tag.IsDirty)
            return;
        tag.MarkDirty();
        _dirty.Add(tag);
    }

    /// <summary>Sees to it that <see cref="Expire"/> will come to this tag in time.</summary>
    private void QueueDeadline(TagState tag)
    {
        var deadline = tag.Ledger?.NextDeadline ?? long.MaxValue;
        if (deadline >= tag.QueuedDeadline)
            return;
        tag.QueuedDeadline = deadline;
        _deadlines.Enqueue(tag, deadline);
        if (deadline >= _nextDeadline)
            return;
        Volatile.Write(ref _nextDeadline, deadline);
        _deadlineMoved = true;
    }
}

/// <summary>What is to be told after a commit.</summary>
internal struct StoreNotices
{
    /// <summary>The change, where it is of one tag.</summary>
    public TagChange? Change;

    /// <summary>The changes, where they are of several.</summary>
    public List<TagChange>? Changes;

    public (TagRecord Tag, JobNotNeeded Job)[]? NotNeeded;

    public bool DeadlineMoved;

    public readonly void Tell(IJobStoreObserver? observer)
    {
        if (observer is null)
            return;
        foreach (var (tag, job) in NotNeeded ?? [])
            observer.JobNotNeeded(tag, job); // first: of a deleted tag nothing more is known then
        if (Change is { } single && (single.Kinds != TagChangeKinds.None || single.Opened > 0))
            observer.TagChanged(single);
        foreach (var change in Changes ?? [])
        {
            if (change.Kinds != TagChangeKinds.None || change.Opened > 0)
                observer.TagChanged(change);
        }
        if (DeadlineMoved)
            observer.DeadlineMoved();
    }
}
