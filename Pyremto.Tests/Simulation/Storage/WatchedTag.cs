namespace Pyremto.Tests.Simulation;

/// <summary>Passes everything on to a tag's journal, and notes what the history is to be told of it.</summary>
internal sealed class WatchedTag(ITagJournal inner, Action<Action<TagHistory>> note) : ITagJournal
{
    public ITagJournal Inner => inner;

    public void JobsSetUp(JobSetup setup)
    {
        note(tag => tag.SetUp(setup));
        inner.JobsSetUp(setup);
    }

    public void SettingsChanged(LedgerSettings settings)
    {
        note(tag => tag.Settings = settings);
        inner.SettingsChanged(settings);
    }

    public void WorkerJoined(int number, string id, bool inProcess)
    {
        note(tag => tag.Joined(number, id, inProcess));
        inner.WorkerJoined(number, id, inProcess);
    }

    public void WorkerForgotten(int number) => inner.WorkerForgotten(number);

    public int HandedOut(in HandOutEntry handOut, int previous)
    {
        var entry = handOut;
        note(tag => tag.HandedOut(entry));
        return inner.HandedOut(handOut, previous);
    }

    public void Ended(in HandOutEntry handOut, string? workerId, HandOutState ending, long at, FailedReport? failure)
    {
        var (jobId, attempt) = (handOut.JobId, handOut.Attempt);
        note(tag => tag.Ended(jobId, attempt, ending, failure));
        inner.Ended(handOut, workerId, ending, at, failure);
    }

    public void Revived(int jobId, int attempt, int row)
    {
        note(tag => tag.Revived(jobId, attempt));
        inner.Revived(jobId, attempt, row);
    }

    public int ResultTaken(in TakenResult result)
    {
        var taken = result;
        note(tag => tag.ResultTaken(taken));
        return inner.ResultTaken(result);
    }

    public void JobCancelled(int jobId)
    {
        note(tag => tag.Cancelled(jobId));
        inner.JobCancelled(jobId);
    }

    public void JobReopened(int jobId)
    {
        note(tag => tag.Reopened(jobId));
        inner.JobReopened(jobId);
    }

    public void Delayed(int jobId, int lastRow, JobDelay? delay)
    {
        note(tag => tag.Delayed(jobId, delay));
        inner.Delayed(jobId, lastRow, delay);
    }

    public void AttemptsForgiven(int jobId, int lastRow)
    {
        note(tag => tag.Forgiven(jobId));
        inner.AttemptsForgiven(jobId, lastRow);
    }

    public void Deleted()
    {
        note(tag => tag.Deleted());
        inner.Deleted();
    }

    public PastHandOut? FindHandOut(in HandOutSearch search) => inner.FindHandOut(search);

    public bool IsKeptResult(int jobId, int row, JsonText result) => inner.IsKeptResult(jobId, row, result);

    public void LeaseChanged(in HandOutEntry handOut) => inner.LeaseChanged(handOut);

    public void DuplicateCounted(bool differs)
    {
        note(tag => tag.DuplicateCounted(differs));
        inner.DuplicateCounted(differs);
    }

    public void ViewKeyChanged(ReadOnlyMemory<byte> viewKey)
    {
        note(tag => tag.Rotated(viewKey));
        inner.ViewKeyChanged(viewKey);
    }

    public void Used(long at) => inner.Used(at);

    public void NoteAdded(TagNote note, bool replace) => inner.NoteAdded(note, replace);
}
