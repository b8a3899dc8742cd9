namespace Pyremto;

/// <summary>
/// Is told what changed in a store, after it is durable. Called on the store's own threads: it must return at once and must not
/// throw or call the store back from the same call.
/// </summary>
public interface IJobStoreObserver
{
    /// <summary>Something of a tag changed.</summary>
    void TagChanged(in TagChange change);

    /// <summary>A hand-out is no longer needed. Told before what else became of its tag.</summary>
    /// <param name="tag">The tag, which may be deleted since.</param>
    /// <param name="job">The hand-out.</param>
    void JobNotNeeded(TagRecord tag, JobNotNeeded job);

    /// <summary><see cref="IJobStore.NextDeadlineIn"/> is earlier than it was.</summary>
    void DeadlineMoved();
}

/// <summary>What changed of a tag.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Kinds">What kind of change it was.</param>
/// <param name="Opened">How many jobs may have become available to someone who asked in vain before.</param>
public readonly record struct TagChange(TagRecord Tag, TagChangeKinds Kinds, int Opened);

/// <summary>Kinds of change of a tag.</summary>
[Flags]
public enum TagChangeKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its progress.</summary>
    Progress = 1,

    /// <summary>The answer that all who wait for work of it should get: set up, paused, resumed, drained, done.</summary>
    Answer = 2,

    /// <summary>It was created.</summary>
    Created = 4,

    /// <summary>It was deleted.</summary>
    Deleted = 8,
}
