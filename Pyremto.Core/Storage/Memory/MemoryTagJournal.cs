namespace Pyremto;

/// <summary>What a tag needs beside its ledger when it is kept in memory: results, errors, notes.</summary>
internal sealed class MemoryTagJournal : ITagJournal
{
    private const int MostAttemptsShown = 32;

    private readonly PayloadArena _payloads = new();
    private readonly Dictionary<int, byte[]> _originals = []; // of the few results that hold a NaN or Infinity
    private readonly Dictionary<int, List<AttemptInfo>> _ended = [];
    private readonly List<TagNote> _notes = [];
    private KeptResult[] _results = [];

    private readonly record struct KeptResult(PayloadPlace Place, int Attempt, string? Worker, long StartedAt, long DoneAt);

    public void JobsSetUp(JobSetup setup) => _results = new KeptResult[setup.Jobs.Count * setup.Repetitions];

    public void ResultTaken(in TakenResult result)
    {
        var place = _payloads.Add(result.Text.Utf8.Span);
        _results[result.JobId] = new KeptResult(place, result.Attempt, result.WorkerId, result.StartedAt, result.DoneAt);
        if (result.Text.HasNonFinite)
            _originals[result.JobId] = result.Text.Original.ToArray();
    }

    public bool IsKeptResult(int jobId, JsonText result) => TextOf(jobId) == result;

    public void Ended(int jobId, in HandOutEntry handOut, HandOutState ending, long at, FailedReport? failure)
    {
        if (!_ended.TryGetValue(jobId, out var attempts))
            _ended[jobId] = attempts = [];
        var workerId = WorkerIds.GetValueOrDefault(handOut.Worker);
        attempts.Add(new AttemptInfo(
            handOut.Attempt, ending, workerId, UnixTime.FromMicros(handOut.At), UnixTime.FromMicros(at), failure?.Error, failure?.ExitCode));
        if (attempts.Count > MostAttemptsShown)
            attempts.RemoveAt(0);
    }

    private Dictionary<int, string> WorkerIds { get; } = [];

    public void WorkerJoined(int number, string id, bool inProcess) => WorkerIds.Add(number, id);

    public void Revived(int jobId, in HandOutEntry handOut)
    {
        var attempt = handOut.Attempt;
        _ended.GetValueOrDefault(jobId)?.RemoveAll(ended => ended.Attempt == attempt);
    }

    public (int Attempt, long At)? FindHandOut(int jobId, int worker, int? attempt)
    {
        var workerId = WorkerIds.GetValueOrDefault(worker);
        var found = _ended.GetValueOrDefault(jobId)?.FindLast(ended =>
            attempt is null ? string.Equals(ended.Worker, workerId, StringComparison.Ordinal) : ended.Attempt == attempt);
        return found is null ? null : (found.Attempt, found.StartedAt.ToMicros());
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
        var attempts = new List<AttemptInfo>(_ended.GetValueOrDefault(jobId) ?? []);
        attempts.AddRange(ledger.LiveHandOuts(jobId).Select(live => new AttemptInfo(
            live.Attempt, HandOutState.Live, ledger.Workers[live.Worker].Id, UnixTime.FromMicros(live.At), null, null, null)));
        if (ledger[jobId].State == JobState.Done)
        {
            var kept = _results[jobId];
            var known = attempts.FindIndex(ended => ended.Attempt == kept.Attempt);
            if (known >= 0)
            {
                attempts[known] = attempts[known] with { State = HandOutState.Done };
            }
            else
            {
                attempts.Add(new AttemptInfo(
                    kept.Attempt, HandOutState.Done, kept.Worker, UnixTime.FromMicros(kept.StartedAt), UnixTime.FromMicros(kept.DoneAt), null, null));
            }
        }
        attempts.Sort((left, right) => left.Attempt.CompareTo(right.Attempt));
        return attempts.Count <= MostAttemptsShown ? attempts : attempts[^MostAttemptsShown..];
    }

    public List<TagNote> ReadNotes(string kind) =>
        _notes.FindAll(note => string.Equals(note.Kind, kind, StringComparison.Ordinal));

    // The ledger itself knows the rest, and nothing outlives it.
    public void HandedOut(int jobId, in HandOutEntry handOut)
    {
    }

    public void DuplicateCounted(bool differs)
    {
    }

    public void JobCancelled(int jobId)
    {
    }

    public void AttemptsForgiven(int jobId)
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
