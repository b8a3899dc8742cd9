namespace Pyremto.Benchmarks.Harness;

/// <summary>Keeps nothing and tells nobody, so that the ledger alone is measured.</summary>
internal sealed class Forgetful : ILedgerJournal, ILedgerSignals
{
    public static readonly Forgetful Instance = new();

    public void WorkerJoined(int number, string id, bool inProcess)
    {
    }

    public void WorkerForgotten(int number)
    {
    }

    public int HandedOut(in HandOutEntry handOut, int previous) => 0;

    public void Ended(in HandOutEntry handOut, string? workerId, HandOutState ending, long at, FailedReport? failure)
    {
    }

    public PastHandOut? FindHandOut(in HandOutSearch search) => null;

    public void LeaseChanged(in HandOutEntry handOut)
    {
    }

    public void Revived(int jobId, int attempt, int row)
    {
    }

    public int ResultTaken(in TakenResult result) => 0;

    public bool IsKeptResult(int jobId, int row, JsonText result) => true;

    public void DuplicateCounted(bool differs)
    {
    }

    public void JobCancelled(int jobId)
    {
    }

    public void JobReopened(int jobId)
    {
    }

    public void Delayed(int jobId, int lastRow, JobDelay? delay)
    {
    }

    public void AttemptsForgiven(int jobId, int lastRow)
    {
    }

    public void Opened(int jobs)
    {
    }

    public void NotNeeded(int jobId, int attempt, string worker)
    {
    }
}
