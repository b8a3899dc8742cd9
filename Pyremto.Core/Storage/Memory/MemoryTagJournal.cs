namespace Pyremto;

/// <summary>What a tag needs beside its ledger when it is kept in memory: results, errors, notes.</summary>
internal sealed class MemoryTagJournal : ITagJournal
{
    private const int MostAttemptsShown = 32;

    private readonly PayloadArena _payloads = new();
    private readonly Dictionary<int, byte[]> _originals = []; // of the few results that hold a NaN or Infinity
    private readonly Dictionary<int, List<PastAttempt>> _past = [];
    private readonly List<TagNote> _notes = [];
    private KeptResult[] _results = [];

    private readonly record struct PastAttempt(AttemptInfo Info, int Worker, string? RequestId);

    private readonly record struct KeptResult(PayloadPlace Place, int Attempt, string? Worker, long StartedAt, long DoneAt);

    public void JobsSetUp(JobSetup setup) => _results = new KeptResult[setup.Jobs.Count * setup.Repetitions];

    public int ResultTaken(in TakenResult result)
    {
        var place = _payloads.Add(result.Text.Utf8.Span);
        _results[result.JobId] = new KeptResult(place, result.Attempt, result.WorkerId, result.StartedAt, result.DoneAt);
        if (result.Text.HasNonFinite)
            _originals[result.JobId] = result.Text.Original.ToArray();
        return 0; // found by its job
    }

    public bool IsKeptResult(int jobId, int row, JsonText result) => TextOf(jobId) == result;

    public void WorkerJoined(int number, string id, bool inProcess)
    {
        // The ledger knows it, and names it where it matters.
    }

    public void WorkerForgotten(int number)
    {
        // What it did names it.
    }

    public void Ended(in HandOutEntry handOut, string? workerId, HandOutState ending, long at, FailedReport? failure)
    {
        if (!_past.TryGetValue(handOut.JobId, out var attempts))
            _past[handOut.JobId] = attempts = [];
        var attempt = handOut.Attempt;
        attempts.RemoveAll(past => past.Info.Attempt == attempt); // it was lost before, and came back
        attempts.Add(new PastAttempt(
            new AttemptInfo(
                attempt, ending, workerId, UnixTime.FromMicros(handOut.At), UnixTime.FromMicros(at),
                failure?.Error, failure?.ExitCode),
            handOut.Worker,
            handOut.RequestId));
        if (attempts.Count > MostAttemptsShown)
            attempts.RemoveAt(0);
    }

    public void Revived(int jobId, int attempt, int row)
    {
        if (_past.GetValueOrDefault(jobId) is not { } attempts || attempts.FindIndex(past => past.Info.Attempt == attempt) is not (>= 0 and var index))
            return;
        attempts[index] = attempts[index] with { Info = attempts[index].Info with { State = HandOutState.Live, EndedAt = null } };
    }

    public PastHandOut? FindHandOut(in HandOutSearch search)
    {
        PastHandOut? newest = null;
        foreach (var (info, worker, requestId) in _past.GetValueOrDefault(search.JobId) ?? [])
        {
            if (search.IsFor(info.Attempt, worker, requestId) && !(newest?.Attempt > info.Attempt))
                newest = new PastHandOut(info.Attempt, Row: 0, worker, info.StartedAt.ToMicros(), info.State);
        }
        return newest;
    }

    public void NoteAdded(TagNote note, bool replace)
    {
        if (replace)
            _notes.RemoveAll(other => string.Equals(other.Kind, note.Kind, StringComparison.Ordinal));
        _notes.Add(note);
    }

    public JobResult ReadResult(TagState tag, int jobId)
    {
        var kept = _results[jobId];
        return new JobResult
        {
            JobId = jobId,
            Repetition = tag.Descriptions!.RepetitionOf(jobId),
            Description = tag.Descriptions.Of(jobId),
            Result = TextOf(jobId),
            Attempt = kept.Attempt,
            Worker = kept.Worker,
            StartedAt = UnixTime.FromMicros(kept.StartedAt),
            DoneAt = UnixTime.FromMicros(kept.DoneAt),
        };
    }

    public List<AttemptInfo> ReadAttempts(TagState tag, int jobId)
    {
        var ledger = tag.Ledger!;
        var attempts = _past.GetValueOrDefault(jobId)?.ConvertAll(past => past.Info) ?? [];
        foreach (var live in ledger.LiveHandOuts(jobId).Where(live => !attempts.Exists(past => past.Attempt == live.Attempt)))
        {
            attempts.Add(new AttemptInfo(
                live.Attempt, HandOutState.Live, ledger.Workers[live.Worker].Id, UnixTime.FromMicros(live.At), null, null, null));
        }
        if (ledger[jobId].State == JobState.Done)
        {
            var kept = _results[jobId];
            var (startedAt, doneAt) = (UnixTime.FromMicros(kept.StartedAt), UnixTime.FromMicros(kept.DoneAt));
            var winner = attempts.Find(past => past.Attempt == kept.Attempt)
                ?? new AttemptInfo(kept.Attempt, HandOutState.Done, kept.Worker, startedAt, doneAt, null, null);
            attempts.RemoveAll(past => past.Attempt == kept.Attempt);
            attempts.Add(winner with { State = HandOutState.Done, EndedAt = winner.EndedAt ?? doneAt });
        }
        attempts.Sort((left, right) => left.Attempt.CompareTo(right.Attempt));
        return attempts.Count <= MostAttemptsShown ? attempts : attempts[^MostAttemptsShown..];
    }

    public List<TagNote> ReadNotes(string kind) =>
        _notes.FindAll(note => string.Equals(note.Kind, kind, StringComparison.Ordinal));

    // The ledger itself knows the rest, and nothing outlives it.
    public int HandedOut(in HandOutEntry handOut, int previous) => 0;

    public void LeaseChanged(in HandOutEntry handOut)
    {
    }

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

    public void SettingsChanged(LedgerSettings settings)
    {
    }

    public void ViewKeyChanged(ReadOnlyMemory<byte> viewKey)
    {
    }

    public void Used(long at)
    {
    }

    public void Deleted()
    {
    }

    private JsonText TextOf(int jobId) => JsonText.FromTrusted(
        _payloads[_results[jobId].Place], _originals.Count == 0 ? null : _originals.GetValueOrDefault(jobId));
}
