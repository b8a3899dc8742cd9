namespace Pyremto;

/// <summary>What a ledger wants kept, told while it decides; enough to build it up again.</summary>
internal interface ILedgerJournal
{
    /// <summary>A worker with an id appears for the first time; <paramref name="number"/> stands for it from now on.</summary>
    void WorkerJoined(int number, string id, bool inProcess);

    void HandedOut(int jobId, in HandOutEntry handOut);

    /// <summary>A hand-out ended without a result that counts; <paramref name="failure"/> is the worker's own report where it sent one.</summary>
    void Ended(int jobId, in HandOutEntry handOut, HandOutState ending, long at, FailedReport? failure);

    /// <summary>A hand-out that the ledger knows no more: the worker's newest (or that attempt of anyone's), or null.</summary>
    PastHandOut? FindHandOut(int jobId, int worker, int? attempt);

    /// <summary>A lost hand-out is live again, or brought its result after all.</summary>
    void Revived(int jobId, int attempt);

    void ResultTaken(in TakenResult result);

    /// <summary>Whether the result that counts is the same text as <paramref name="result"/>.</summary>
    bool IsKeptResult(int jobId, JsonText result);

    void DuplicateCounted(bool differs);

    void JobCancelled(int jobId);

    /// <summary>All hand-outs of the job so far cost nothing any more (S12).</summary>
    void AttemptsForgiven(int jobId);
}

/// <summary>A result that counts, as it is kept.</summary>
internal readonly record struct TakenResult(
    int JobId, int Attempt, int Worker, string? WorkerId, long StartedAt, long DoneAt, int Ordinal, JsonText Text);

/// <summary>A hand-out that ended.</summary>
internal readonly record struct PastHandOut(int Attempt, int Worker, long At, bool WasLost);

/// <summary>Whom a ledger wants told, once what it decided is kept.</summary>
internal interface ILedgerSignals
{
    /// <summary>Up to that many who asked in vain may find work now.</summary>
    void Opened(int jobs);

    /// <summary>The hand-out of this worker is no longer needed (S11).</summary>
    void NotNeeded(int jobId, int attempt, string worker);
}
