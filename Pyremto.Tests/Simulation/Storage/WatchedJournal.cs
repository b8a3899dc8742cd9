namespace Pyremto.Tests.Simulation;

/// <summary>Passes everything on to a journal, and tells the history what was kept, once it is.</summary>
internal sealed class WatchedJournal(IStoreJournal inner, History history, World world) : IStoreJournal
{
    private readonly List<Action> _uncommitted = [];
    private bool _wasOpened;

    public IJournalReader Reader => inner.Reader;

    public IEnumerable<RestoredTag> Open()
    {
        _uncommitted.Clear();
        history.Restored(processEnded: !_wasOpened);
        _wasOpened = true;
        return inner.Open().Select(tag => tag with { Journal = Watch(tag.Journal, tag.Record) });
    }

    /// <summary>Notes what the store is asked before it decides it.</summary>
    public void Decides(object? argument)
    {
        var at = world.Now;
        _uncommitted.Add(() => history.Decides(Decision.Of(argument, history.WithPrefix), at));
    }

    public void Begin()
    {
        _uncommitted.Clear();
        inner.Begin();
    }

    public void Commit()
    {
        inner.Commit();
        foreach (var change in _uncommitted)
            history.Happened(change);
        _uncommitted.Clear();
        history.Rests();
    }

    public long UpTime
    {
        get => inner.UpTime;
        set => inner.UpTime = value;
    }

    public ITagJournal CreateTag(TagRecord tag)
    {
        var watched = Watch(inner.CreateTag(tag), tag);
        _uncommitted.Add(() => history.Created(tag));
        return watched;
    }

    public void Dispose() => inner.Dispose();

    private WatchedTag Watch(ITagJournal journal, TagRecord tag) =>
        new(journal, change => _uncommitted.Add(() => change(history.Of(tag.Instance)!)));
}
