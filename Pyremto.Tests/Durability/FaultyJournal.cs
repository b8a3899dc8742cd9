namespace Pyremto.Tests.Durability;

/// <summary>A journal whose commits can be held up, fail before they keep anything, or fail although they kept everything.</summary>
internal sealed class FaultyJournal(IStoreJournal inner) : IStoreJournal
{
    private readonly SemaphoreSlim _commitsBegun = new(0);
    private TaskCompletionSource? _hold;

    public IJournalReader Reader => inner.Reader;

    public CommitFault Fault { get; set; }

    /// <summary>Whether nothing can be written until this is false again.</summary>
    public bool IsFull { get; set; }

    /// <summary>Whether it cannot be opened until this is false again.</summary>
    public bool IsLost { get; set; }

    /// <summary>How often it was to be opened.</summary>
    public int Openings { get; private set; }

    public bool HasChanges => inner.HasChanges;

    /// <summary>Lets commits wait until the returned source is set.</summary>
    public TaskCompletionSource HoldCommits() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends a hold, so that a test that failed can still close its store.</summary>
    public void LetGo() => _hold?.TrySetResult();

    public Task CommitBegunAsync() => _commitsBegun.WaitAsync(TimeSpan.FromSeconds(30));

    public IEnumerable<RestoredTag> Open()
    {
        Openings++;
        return IsLost ? throw new IOException("The disk is gone.") : inner.Open();
    }

    public void Begin() => inner.Begin();

    public void Commit()
    {
        if (_hold is { } hold)
        {
            _commitsBegun.Release();
#pragma warning disable VSTHRD002 // It is the writer's thread that is to be held up.
            hold.Task.Wait();
#pragma warning restore VSTHRD002
        }
        if (IsFull && inner.HasChanges)
            throw new IOException("The disk is full.");
        var fault = Fault;
        if (fault == CommitFault.None)
        {
            inner.Commit();
            return;
        }
        Fault = CommitFault.None;
        if (fault == CommitFault.AfterKeeping)
            inner.Commit();
        throw new IOException("The disk is on fire.");
    }

    public ITagJournal CreateTag(TagRecord tag) => inner.CreateTag(tag);

    public long UpTime
    {
        get => inner.UpTime;
        set => inner.UpTime = value;
    }

    public void Dispose() => inner.Dispose();
}

internal enum CommitFault
{
    None,
    BeforeKeeping,
    AfterKeeping,
}
