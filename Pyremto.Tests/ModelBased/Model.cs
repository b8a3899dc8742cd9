namespace Pyremto.Tests.ModelBased;

/// <summary>
/// The rules of scheduling for one tag as plainly as they can be said: lists, searched from end to end at every question. What a
/// store does has to be what this does. The clock is given by <see cref="Now"/>.
/// </summary>
internal sealed partial class Model
{
    private readonly List<ModelJob> _jobs;
    private readonly List<ModelResult> _results = [];
    private readonly List<string> _notNeeded = [];
    private readonly Dictionary<string, DateTimeOffset> _lastSeen = new(StringComparer.Ordinal);
    private DateTimeOffset _openedAt;
    private int _n;
    private TimeSpan _lease;
    private TimeSpan _retryDelay;
    private RedistributionPolicy _policy;
    private bool _paused;
    private int _duplicates;
    private int _differing;

    public Model(int jobs, int n, TimeSpan lease, TimeSpan retryDelay, RedistributionPolicy policy)
    {
        _jobs = [.. Enumerable.Range(0, jobs).Select(id => new ModelJob(id))];
        (_n, _lease, _retryDelay, _policy) = (n, lease, retryDelay, policy);
    }

    public DateTimeOffset Now { get; set; }

    /// <summary>By how much the delay of a job is lengthened at random, of what it may be at the most.</summary>
    public required Func<int, int, double> Jitter { get; init; }

    private IEnumerable<ModelHandOut> HandOuts => _jobs.SelectMany(job => job.HandOuts);

    /// <summary>S10: who was silent for the lease is lost; anonymous ones after 24 hours.</summary>
    public void Expire()
    {
        foreach (var handOut in HandOuts.Where(handOut => handOut.IsLive && EndOfLease(handOut) <= Now))
            handOut.State = HandOutState.Lost;
    }

    public string Exchange(string? worker, string? requestId, int count, IReadOnlyList<Report> reports)
    {
        See(worker);
        var outcomes = Report.InOrder(reports).Select(report => $"{report.JobId}: {Take(report, worker, requestId)}").ToList();
        var given = count == 0 ? [] : Replay(worker, requestId);
        if (given.Count == 0)
            given = Give(worker, requestId, count);
        var state = given.Count > 0 ? NextState.Job : StateWithoutWork();
        return Words.Answer(state, given.Select(handOut => (handOut.JobId, handOut.Attempt)), outcomes);
    }

    /// <summary>S10, S11: vouches for the jobs named, or for all; answers which are not needed.</summary>
    public string Beat(string worker, IReadOnlyList<Held>? jobs)
    {
        See(worker);
        var vouched = new List<ModelHandOut>();
        var notNeeded = new List<int>();
        foreach (var held in jobs ?? [])
        {
            if (held.JobId < 0 || held.JobId >= _jobs.Count || !_jobs[held.JobId].IsOpen)
                notNeeded.Add(held.JobId);
            else if (_jobs[held.JobId].HandOuts.FindLast(own => own.Worker == worker && own.IsExpected && Is(own, held.Attempt)) is { } own)
                vouched.Add(own);
        }
        foreach (var handOut in vouched)
            handOut.State = HandOutState.Live;
        if (jobs is not null)
        {
            foreach (var unknown in HandOuts.Where(own => own.Worker == worker && own.IsLive && Later(own.At, _openedAt) + own.Lease <= Now).Except(vouched))
                unknown.State = HandOutState.Lost;
        }
        return Words.List(notNeeded);
    }

    /// <summary>S10: what ran in the process that ended is lost, everything else starts a full lease.</summary>
    public void Reopen()
    {
        _openedAt = Now;
        foreach (var handOut in HandOuts.Where(handOut => handOut.IsLive && handOut.Worker is not null))
        {
            if (Workers.IsInProcess(handOut.Worker))
                handOut.State = HandOutState.Lost;
            else
                _lastSeen[handOut.Worker!] = Now;
        }
    }

    public void Lose(string worker)
    {
        foreach (var handOut in HandOuts.Where(handOut => handOut.IsLive && handOut.Worker == worker))
            handOut.State = HandOutState.Lost;
    }

    /// <summary>S2: the fewest spent; among equals the free before the live, the longest since handed out, the lowest id.</summary>
    private List<ModelHandOut> Give(string? worker, string? requestId, int count)
    {
        var given = new List<ModelHandOut>();
        while (!_paused && given.Count < count && Choose() is { } job)
        {
            var handOut = new ModelHandOut(job.Id, job.HandOuts.Count + 1, worker, requestId, Now) { Lease = _lease };
            job.HandOuts.Add(handOut);
            given.Add(handOut);
        }
        return given;

        ModelJob? Choose() => _jobs
            .Where(job => job.IsOpen && job.Spent < _n && job.DelayedUntil <= Now && MayHave(job))
            .OrderBy(job => job.Spent)
            .ThenBy(job => job.IsLive)
            .ThenBy(job => job.HandOuts.Count == 0 ? DateTimeOffset.MinValue : job.HandOuts[^1].At)
            .ThenBy(job => job.Id)
            .FirstOrDefault();

        bool MayHave(ModelJob job) => !job.IsLive
            || (_policy == RedistributionPolicy.WhenIdle
                && !given.Exists(other => other.JobId == job.Id)
                && !(worker is not null && job.HandOuts.Exists(own => own.IsLive && own.Worker == worker)));
    }

    /// <summary>S8: the same worker with the same request id gets the same, even if it was lost meanwhile.</summary>
    private List<ModelHandOut> Replay(string? worker, string? requestId)
    {
        var again = HandOuts
            .Where(own => worker is not null && requestId is not null && own.Worker == worker && own.RequestId == requestId)
            .Where(own => own.IsExpected && _jobs[own.JobId].IsOpen)
            .ToList();
        foreach (var handOut in again)
            handOut.State = HandOutState.Live;
        return again;
    }

    /// <summary>S6.</summary>
    private NextState StateWithoutWork() => Status() switch
    {
        TagStatus.Done => NextState.Done,
        TagStatus.Drained => NextState.Drained,
        TagStatus.Paused => NextState.Paused,
        _ => NextState.Wait,
    };

    private TagStatus Status() =>
        _jobs.TrueForAll(job => !job.IsOpen) ? TagStatus.Done
        : _jobs.TrueForAll(job => !job.IsOpen || job.State(_n) == JobState.Exhausted) ? TagStatus.Drained
        : _paused ? TagStatus.Paused
        : TagStatus.Running;

    private void See(string? worker)
    {
        if (worker is not null)
            _lastSeen[worker] = Now;
    }

    private DateTimeOffset EndOfLease(ModelHandOut handOut) => handOut.Worker is null
        ? Later(handOut.At, _openedAt) + TagDefaults.AnonymousLease
        : _lastSeen[handOut.Worker] + handOut.Lease;

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static bool Is(ModelHandOut handOut, int? attempt) => attempt is null || attempt == handOut.Attempt;
}
