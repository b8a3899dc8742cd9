namespace Pyremto.Tests.Simulation;

/// <summary>Keeps one tag on the simulated disk: each change is made, and kept to be made again when the disk is read.</summary>
internal sealed class SimulatedTagJournal(int number, Func<DiskTables> tables, Action<Action<DiskTables>> change) : ITagJournal
{
    public int Number => number;

    private DiskTag Tag => tables()[number];

    public void WorkerJoined(int number, string id, bool inProcess) => Do(tag => tag.Workers.Add((id, inProcess)));

    public void WorkerForgotten(int number)
    {
    }

    public int HandedOut(in HandOutEntry handOut, int previous)
    {
        var entry = handOut;
        Do(tag => tag.HandOuts.Add(new DiskTag.HandOutRow(entry)));
        return Tag.HandOuts.Count;
    }

    public void Ended(in HandOutEntry handOut, string? workerId, HandOutState ending, long at, FailedReport? failure)
    {
        if (ending == HandOutState.Superseded)
            return; // that a job has the result of another attempt says it
        var (row, spends) = (handOut.Row - 1, handOut.Spends);
        Do(tag =>
        {
            tag.HandOuts[row].Ending = ending;
            tag.HandOuts[row].Entry.Spends = spends;
        });
    }

    public PastHandOut? FindHandOut(in HandOutSearch search)
    {
        var wanted = search;
        var found = Tag.HandOuts.FindLastIndex(row =>
            row.Entry.JobId == wanted.JobId && wanted.IsFor(row.Entry.Attempt, row.Entry.Worker, row.Entry.RequestId));
        if (found < 0)
            return null;
        var row = Tag.HandOuts[found];
        return new PastHandOut(row.Entry.Attempt, found + 1, row.Entry.Worker, row.Entry.At, row.Ending);
    }

    public void Revived(int jobId, int attempt, int row) => Do(tag => tag.HandOuts[row - 1].Ending = HandOutState.Live);

    public int ResultTaken(in TakenResult result)
    {
        var taken = result;
        Do(tag => tag.Results.Add(taken));
        return Tag.Results.Count;
    }

    public bool IsKeptResult(int jobId, int row, JsonText result) => Tag.Results[row - 1].Text == result;

    public void LeaseChanged(in HandOutEntry handOut)
    {
        var (row, lease) = (handOut.Row - 1, handOut.Lease);
        Do(tag => tag.HandOuts[row].Lease = lease);
    }

    public void DuplicateCounted(bool differs) => Do(tag =>
    {
        tag.Duplicates++;
        tag.Differing += differs ? 1 : 0;
    });

    public void JobCancelled(int jobId) => Do(tag => tag.Cancelled.Add(jobId));

    public void JobReopened(int jobId) => Do(tag => tag.Cancelled.Remove(jobId));

    public void Delayed(int jobId, int lastRow, JobDelay? delay) => Do(tag => tag.HandOuts[lastRow - 1].Delay = delay);

    public void AttemptsForgiven(int jobId, int lastRow) => Do(tag =>
    {
        foreach (var row in tag.HandOuts.Where(row => row.Entry.JobId == jobId))
            row.Entry.Spends = 0;
    });

    public void JobsSetUp(JobSetup setup) => Do(tag => tag.SetUp(setup));

    public void SettingsChanged(LedgerSettings settings) => Do(tag => tag.Change(settings));

    public void Used(long at) => Do(tag => tag.LastUsedAt = at);

    public void Deleted() => change(tables => tables.Remove(number));

    public void ViewKeyChanged(ReadOnlyMemory<byte> viewKey) => Do(tag => tag.ChangeViewKey(viewKey));

    public void NoteAdded(TagNote note, bool replace)
    {
        // Nobody adds notes.
    }

    private void Do(Action<DiskTag> act)
    {
        var own = number;
        change(tables => act(tables[own]));
    }
}
