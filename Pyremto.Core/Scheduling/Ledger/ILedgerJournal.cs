namespace Pyremto;

/// <summary>What a ledger wants kept, told while it decides; enough to build it up again. All times are the wall clock's.</summary>
internal interface ILedgerJournal
{
    /// <summary>A worker with an id appears for the first time; <paramref name="number"/> stands for it from now on.</summary>
    void WorkerJoined(int number, string id, bool inProcess);

    /// <summary>The ledger knows this worker no more; what it brought still names it.</summary>
    void WorkerForgotten(int number);

    /// <summary>A job was handed out; <paramref name="previous"/> is the row of its hand-out before, or 0.</summary>
    /// <returns>Its row: the number by which the journal will know it, unique in the tag.</returns>
    int HandedOut(in HandOutEntry handOut, int previous);

    /// <summary>A hand-out ended without a result that counts; <paramref name="failure"/> is the worker's own report where it sent
    /// one.</summary>
    void Ended(in HandOutEntry handOut, string? workerId, HandOutState ending, long at, FailedReport? failure);

    /// <summary>A hand-out that the ledger knows no more, or null.</summary>
    PastHandOut? FindHandOut(in HandOutSearch search);

    /// <summary>A lost hand-out is live again, or brought its result after all.</summary>
    void Revived(int jobId, int attempt, int row);

    /// <summary>A result counts.</summary>
    /// <returns>Its row, as of a hand-out; the numbers of a tag's results grow.</returns>
    int ResultTaken(in TakenResult result);

    /// <summary>Whether the result that counts is the same text as <paramref name="result"/>.</summary>
    bool IsKeptResult(int jobId, int row, JsonText result);

    /// <summary>A hand-out has this lease whatever the tag's is, or, where it is the tag's, has that again.</summary>
    void LeaseChanged(in HandOutEntry handOut);

    void DuplicateCounted(bool differs);

    void JobCancelled(int jobId);

    /// <summary>A cancelled job may be handed out again.</summary>
    void JobReopened(int jobId);

    /// <summary>
    /// A job that failed is not handed out again for the length of <paramref name="delay"/>, so that its newest hand-out stays the newest
    /// until then; null where it need wait no longer.
    /// </summary>
    void Delayed(int jobId, int lastRow, JobDelay? delay);

    /// <summary>All hand-outs of the job so far cost nothing any more (S12).</summary>
    void AttemptsForgiven(int jobId, int lastRow);
}

/// <summary>A result that counts, as it is kept.</summary>
internal readonly record struct TakenResult(
    int JobId, int Attempt, int Worker, string? WorkerId, long StartedAt, long DoneAt, JsonText Text);

/// <summary>Which hand-out of a job is looked for: a worker's newest, or one attempt of anyone's.</summary>
/// <param name="JobId">The job.</param>
/// <param name="LastRow">The row of its newest hand-out.</param>
/// <param name="Worker">Whose newest is meant.</param>
/// <param name="Attempt">Which attempt is meant instead.</param>
/// <param name="NotOfRequest">The request whose hand-outs are not meant.</param>
/// <param name="OldestAttempt">The first attempt that is looked at.</param>
internal readonly record struct HandOutSearch(
    int JobId, int LastRow, int Worker, int? Attempt, string? NotOfRequest = null, int OldestAttempt = 1)
{
    public bool IsFor(int attempt, int worker, string? requestId) =>
        attempt >= OldestAttempt
        && (Attempt is null ? worker == Worker : attempt == Attempt)
        && (NotOfRequest is null || !string.Equals(requestId, NotOfRequest, StringComparison.Ordinal));
}

/// <summary>A hand-out that ended; when it was handed out is the wall clock's time.</summary>
internal readonly record struct PastHandOut(int Attempt, int Row, int Worker, long At, HandOutState State);

/// <summary>The time for which a failed job is not handed out again (S9).</summary>
internal readonly record struct JobDelay(long From, long Until);

/// <summary>Whom a ledger wants told, once what it decided is kept.</summary>
internal interface ILedgerSignals
{
    /// <summary>Up to that many who asked in vain may find work now.</summary>
    void Opened(int jobs);

    /// <summary>The hand-out of this worker is no longer needed (S11).</summary>
    void NotNeeded(int jobId, int attempt, string worker);
}
