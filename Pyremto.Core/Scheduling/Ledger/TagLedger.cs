namespace Pyremto;

/// <summary>
/// The rules of scheduling (DESIGN part 3) for the jobs of one tag, as a pure state machine: it is told what happens and when, and
/// tells its <see cref="ILedgerJournal"/> and <see cref="ILedgerSignals"/> what follows. No clock, no randomness, no I/O; not thread-safe.
/// It counts in the store's time; what its journal keeps, and what is shown, is in the wall clock's (<see cref="WallTime"/>).
/// </summary>
/// <remarks>
/// A first hand-out, a result, a failure and a sign of life cost O(1); only a job that comes back costs O(log k) of the k free jobs
/// with as many attempts (<see cref="Lane"/>). It keeps 52 bytes a job and about 60 a live hand-out, and no description or result.
/// </remarks>
internal sealed partial class TagLedger
{
    private const long LeaseTolerance = 1000; // leases cross wires as fractions of a second

    private static readonly long AnonymousLease = TagDefaults.AnonymousLease.ToMicros();

    private readonly ILedgerJournal _journal;
    private readonly ILedgerSignals _signals;
    private readonly WallTime _wall;
    private readonly Guid _instance;
    private readonly JobEntry[] _jobs;
    private readonly int[] _completed;
    private readonly int[] _counts = new int[5];
    private readonly HandOutTable _handOuts = new();
    private readonly WorkerTable _workers = new();
    private readonly Lanes _lanes;
    private readonly RateWindow _rate = new();
    private LedgerSettings _settings;
    private int _fresh;
    private int _freeInLanes;
    private int _liveInLanes;
    private long _now;

    public TagLedger(
        int jobs, LedgerSettings settings, ILedgerJournal journal, ILedgerSignals signals, WallTime? wall = null, Guid instance = default)
    {
        _journal = journal;
        _signals = signals;
        _wall = wall ?? new WallTime();
        _instance = instance;
        _jobs = new JobEntry[jobs];
        _completed = new int[jobs];
        _lanes = new Lanes(_jobs);
        _counts[(int)JobState.Waiting] = jobs;
        _settings = settings;
    }

    public LedgerSettings Settings => _settings;

    public JobCounts Counts => new(_counts[0], _counts[1], _counts[2], _counts[3], _counts[4]);

    /// <summary>Grows with every change that someone may want to see.</summary>
    public long Changes { get; private set; }

    public int Redistributed { get; private set; }

    public long DuplicateResults { get; private set; }

    public long DifferingResults { get; private set; }

    public long FailedAttempts { get; private set; }

    public long? StartedAt { get; private set; }

    public long? LastResultAt { get; private set; }

    public JobEntry this[int jobId] => _jobs[jobId];

    /// <summary>The jobs with a result, in the order in which these came.</summary>
    public ReadOnlySpan<int> Completed => _completed.AsSpan(0, _counts[(int)JobState.Done]);

    public WorkerTable Workers => _workers;

    public double? PerSecond(long now) => _rate.PerSecond(now, _counts[(int)JobState.Done]);

    /// <summary>Where the work as a whole stands.</summary>
    public TagStatus Status
    {
        get
        {
            var counts = Counts;
            return counts.AllDone ? TagStatus.Done
                : counts.Waiting + counts.InProgress == 0 ? TagStatus.Drained
                : _settings.Paused ? TagStatus.Paused
                : TagStatus.Running;
        }
    }

    /// <summary>Whether somebody may find work here: never false where there is some, and true in vain only for those who hold it
    /// themselves (S20).</summary>
    public bool MayGive => !_settings.Paused
        && (_freeInLanes > 0 || (_settings.Policy == RedistributionPolicy.WhenIdle && _liveInLanes > 0) || NextFresh() >= 0);

    /// <summary>What someone is told who asks for work and gets none (S6).</summary>
    public NextState AnswerWithoutWork => Status switch
    {
        TagStatus.Done => NextState.Done,
        TagStatus.Drained => NextState.Drained,
        TagStatus.Paused => NextState.Paused,
        _ => NextState.Wait,
    };

    /// <summary>The jobs in a state (null: in any) with a greater id than <paramref name="after"/>, ascending, at most
    /// <paramref name="limit"/>.</summary>
    public int[] Find(JobState? state, int after, int limit)
    {
        var found = new List<int>(Math.Min(limit, 1024));
        for (var jobId = Math.Clamp(after, -1, _jobs.Length - 1) + 1; jobId < _jobs.Length && found.Count < limit; jobId++)
        {
            if (state is null || _jobs[jobId].State == state)
                found.Add(jobId);
        }
        return [.. found];
    }

    /// <summary>The live hand-outs of a job as they are kept, newest first.</summary>
    public IEnumerable<HandOutEntry> LiveHandOuts(int jobId)
    {
        for (var number = _jobs[jobId].FirstHandOut; number != 0; number = _handOuts[number].NextOfJob)
        {
            if (_handOuts[number].IsLive)
                yield return Kept(_handOuts[number]);
        }
    }

    private HandOutEntry Kept(in HandOutEntry entry) => entry with { At = _wall.Of(entry.At) };

    private void KeepEnding(in HandOutEntry entry, HandOutState ending, long now, FailedReport? failure = null) =>
        _journal.Ended(Kept(entry), _workers[entry.Worker].Id, ending, _wall.Of(now), failure);

    /// <summary>Time as the ledger sees it never goes back, so that its orders stay true.</summary>
    private long Advance(long now) => _now = Math.Max(_now, now);

    private bool Exists(int jobId) => (uint)jobId < (uint)_jobs.Length;

    /// <summary>Puts a job where it belongs after a change: its state, the counts, its place in a lane.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="spentBefore">The attempts that were spent before the change, which tell the lane where it stands.</param>
    /// <param name="handedOut">Whether it was handed out just now, so that its place among its equals is another.</param>
    private void Settle(int jobId, int spentBefore, bool handedOut = false)
    {
        ref var job = ref _jobs[jobId];
        if (job.IsOpen)
        {
            SetState(ref job, job.Live > 0 ? JobState.InProgress
                : job.Spent < _settings.MaxAttempts ? JobState.Waiting
                : JobState.Exhausted);
        }
        var place = _delayed.Count > 0 && _delayed.Contains(jobId) ? JobPlace.None
            : job.State == JobState.Waiting && job.Attempts > 0 ? JobPlace.Free
            : job.State == JobState.InProgress && job.Spent < _settings.MaxAttempts ? JobPlace.Live
            : JobPlace.None;
        if (place == job.Place && job.Spent == spentBefore && !handedOut)
            return;
        _freeInLanes += (place == JobPlace.Free ? 1 : 0) - (job.Place == JobPlace.Free ? 1 : 0);
        _liveInLanes += (place == JobPlace.Live ? 1 : 0) - (job.Place == JobPlace.Live ? 1 : 0);
        if (job.Place != JobPlace.None)
            _lanes.Remove(jobId, spentBefore);
        if (place == JobPlace.None)
            return;
        var lane = _lanes.Open(job.Spent);
        if (place == JobPlace.Free)
            lane.AddFree(jobId);
        else
            lane.AddLive(jobId);
    }

    private void SetState(ref JobEntry job, JobState state)
    {
        _counts[(int)job.State]--;
        _counts[(int)state]++;
        job.State = state;
    }

    /// <summary>Tells that others may find work in this job, as many as it has attempts left for.</summary>
    private void TellOpened(int jobId)
    {
        ref var job = ref _jobs[jobId];
        var isFresh = job is { State: JobState.Waiting, Attempts: 0 }; // and therefore in no lane
        if (_settings.Paused || (job.Place == JobPlace.None && !isFresh))
            return;
        if (_settings.Policy == RedistributionPolicy.WhenIdle)
            _signals.Opened(_settings.MaxAttempts - job.Spent);
        else if (isFresh || job.Place == JobPlace.Free)
            _signals.Opened(1);
    }
}
