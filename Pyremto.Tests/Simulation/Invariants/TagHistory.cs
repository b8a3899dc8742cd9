using Pyremto.Tests.ModelBased;

namespace Pyremto.Tests.Simulation;

/// <summary>
/// What became durable of one tag, in the order in which it was decided, and what must hold of each step: it is put together from the
/// journal's words alone, and asks the ledger nothing.
/// </summary>
internal sealed partial class TagHistory(World world, History all, TagRecord record)
{
    /// <summary>How late a job whose delay is over may be noticed: the disk may be slow.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(5);

    public TagRecord Record { get; private set; } = record;

    public Guid Instance => Record.Instance;

    public string Name => Record.Name;

    public List<ModelJob> Jobs { get; } = [];

    public LedgerSettings Settings
    {
        get;
        set
        {
            field = value;
            NoteLease(value.LeaseMicros);
        }
    }

    /// <summary>When it last served a request, counted in servings of all tags; 0 after the store was built up again.</summary>
    public long LastServed { get; set; }

    public long Duplicates { get; private set; }

    public long Differing { get; private set; }

    public bool IsSetUp { get; private set; }

    public bool IsDeleted { get; private set; }

    private readonly Dictionary<int, Delay> _delays = [];
    private int _forgiven;

    private int N => Settings.MaxAttempts;

    private long _lastAt = long.MinValue;
    private long _turn;

    /// <summary>By the numbers that the journal gave them.</summary>
    private readonly Dictionary<int, (string Id, bool InProcess)> _workers = [];

    private IEnumerable<ModelHandOut> Live => Jobs.SelectMany(job => job.HandOuts).Where(handOut => handOut.IsLive);

    public void SetUp(JobSetup setup)
    {
        Require(!IsSetUp, "S1", "its jobs were set up twice");
        IsSetUp = true;
        Settings = LedgerSettings.Of(setup) with { Paused = Settings.Paused };
        Jobs.AddRange(Enumerable.Range(0, setup.Jobs.Count * setup.Repetitions).Select(id => new ModelJob(id)));
    }

    public void Joined(int number, string id, bool inProcess) => _workers.Add(number, (id, inProcess));

    public JobState StateOf(ModelJob job) => job.State(N);

    public int Count(JobState state) => Jobs.Count(job => StateOf(job) == state);

    /// <summary>Whether a worker that asks now is to be given a job.</summary>
    public bool HasWorkFor(string? worker) =>
        IsSetUp && !IsDeleted && !Settings.Paused && Jobs.Exists(job => MayHave(job, worker, world.Now - Lateness));

    /// <summary>Whether a hand-out may still bring the result that its job has not.</summary>
    public bool IsExpected(int jobId, int attempt) => Jobs[jobId].IsOpen && Jobs[jobId].HandOuts[attempt - 1].IsExpected;

    public void HandedOut(in HandOutEntry entry)
    {
        var worker = _workers.GetValueOrDefault(entry.Worker).Id;
        var job = Jobs[entry.JobId];
        var what = $"job {job.Id}, attempt {entry.Attempt}, was handed to {worker} for request {entry.RequestId}";
        world.Note($"{Name}: {what}");
        Require(!IsDeleted, "S19", $"{what}, although the tag was deleted");
        Require(!Settings.Paused, "S19", $"{what}, although the tag is paused");
        Require(job.IsOpen, "S4", $"{what}, although it is {StateOf(job)}");
        Require(job.Spent < N, "S3", $"{what}, although {job.Spent} of {N} attempts were spent");
        Require(entry.Attempt == job.HandOuts.Count + 1, "S3", $"{what}, which is not its number");
        Require(!_delays.TryGetValue(job.Id, out var delay) || world.Now >= delay.Earliest(world), "S9", $"{what}, although it failed and waits: {delay}");
        Require(MayHave(job, worker, TimeSpan.MaxValue), "S10", $"{what}, although it is live and the policy is {Settings.Policy}");
        var better = Jobs.Find(other => MayHave(other, worker, world.Now - Rounding) && Order(other).CompareTo(Order(job)) < 0);
        Require(better is null, "S2", $"{what}, although job {better?.Id} should come first");
        var replayable = all.FindExpected(worker, entry.RequestId);
        Require(replayable is null, "S8", $"{what}, although that request was given job {replayable?.JobId}, attempt {replayable?.Attempt}, before");
        all.Serves(this, worker);
        all.Current?.Given.Add((Instance, job.Id));
        NoteHandedOut(job.Id, entry.Attempt);
        job.HandOuts.Add(new ModelHandOut(job.Id, entry.Attempt, worker, entry.RequestId, TurnOf(entry.At)));
    }

    public void Ended(int jobId, int attempt, HandOutState ending, FailedReport? failure)
    {
        var job = Jobs[jobId];
        var handOut = job.HandOuts[attempt - 1];
        world.Note($"{Name}: job {jobId}, attempt {attempt}, {ending}{(failure?.Final == true ? " for good" : "")}");
        Require(handOut.IsLive, "S5", $"job {jobId}, attempt {attempt}, ended as {ending}, although it was {handOut.State}");
        Require(ending != HandOutState.Lost || MayBeLost(handOut), "S10", $"{handOut} was lost without a cause");
        MomentsOf(handOut).Ended = world.Now;
        if (ending == HandOutState.Released)
            handOut.Cost = 0;
        if (failure?.Final == true)
            handOut.Cost = Math.Max(N, job.Spent == 0 ? _forgiven : job.Spent); // it bears what was forgiven just before
        handOut.State = ending;
    }

    public void Revived(int jobId, int attempt) => Jobs[jobId].HandOuts[attempt - 1].State = HandOutState.Live;

    public void ResultTaken(in TakenResult result)
    {
        var job = Jobs[result.JobId];
        var text = result.Text.ToString();
        world.Note($"{Name}: job {job.Id} is done: {text}");
        Require(!IsDeleted, "S19", $"a result for job {job.Id} was taken, although the tag was deleted");
        Require(job.Result is null, "S4", $"job {job.Id} got a second result, {text} after {job.Result?.Text}");
        Require(
            text == SimulatedHandler.ResultOf(Instance, job.Id, result.Attempt, result.WorkerId), "S4",
            $"the result of job {job.Id}, attempt {result.Attempt}, of {result.WorkerId}, is another's: {text}");
        job.HandOuts[result.Attempt - 1].State = HandOutState.Done;
        job.Result = new ModelResult(job.Id, result.Attempt, result.WorkerId, text);
        Closed(job.Id);
    }

    public void Delayed(int jobId, JobDelay? delay)
    {
        if (delay is { } given)
            _delays[jobId] = new Delay(world.Now, UnixTime.SpanFromMicros(given.Until - given.From));
        else
            _delays.Remove(jobId);
    }

    public void DuplicateCounted(bool differs)
    {
        Duplicates++;
        Differing += differs ? 1 : 0;
    }

    public void Cancelled(int jobId)
    {
        Jobs[jobId].IsCancelled = true;
        Closed(jobId);
    }

    /// <summary>A cancelled job may be handed out again (S12).</summary>
    public void Reopened(int jobId)
    {
        Jobs[jobId].IsCancelled = false;
        _closed.Remove(jobId);
    }

    /// <summary>Its view tokens were replaced.</summary>
    public void Rotated(ReadOnlyMemory<byte> viewKey) => Record = DiskTag.WithViewKey(Record, viewKey);

    public void Forgiven(int jobId)
    {
        _forgiven = Jobs[jobId].Spent;
        foreach (var handOut in Jobs[jobId].HandOuts)
            handOut.Cost = 0;
    }

    /// <summary>The coordinator's process ended: what ran in it cannot be live any more (S10).</summary>
    public void ProcessEnded()
    {
        foreach (var handOut in Live.Where(handOut => _workers.ContainsValue((handOut.Worker!, true))))
            Require(false, "S10", $"job {handOut.JobId} is live with {handOut.Worker}, which ended with the coordinator's process");
    }

    public void Require(bool holds, string rule, string otherwise)
    {
        if (!holds)
            world.Violate($"{rule}: tag {Name}: {otherwise}");
    }

    /// <summary>Whether a worker may be given a job at a moment, and has to be if it is the job's turn.</summary>
    private bool MayHave(ModelJob job, string? worker, TimeSpan now) =>
        job.IsOpen && job.Spent < N && (!_delays.TryGetValue(job.Id, out var delay) || delay.Latest(all.LeasesSince) <= now)
        && (!job.IsLive || (Settings.Policy == RedistributionPolicy.WhenIdle && !IsOf(job, worker)));

    /// <summary>Whether a worker has a job already; one without an id, if the same call was given it.</summary>
    private bool IsOf(ModelJob job, string? worker) =>
        all.Current?.Given.Contains((Instance, job.Id)) == true
        || (worker is not null && job.HandOuts.Exists(own => own.IsLive && own.Worker == worker));

    /// <summary>The order of the hand-outs, those of one moment together: the wall clock's times, which are kept, may be in any
    /// order.</summary>
    private DateTimeOffset TurnOf(long at)
    {
        _turn += at == _lastAt ? 0 : 1;
        _lastAt = at;
        return DateTimeOffset.MinValue.AddTicks(_turn);
    }

    /// <summary>S2, but for the lowest id, which counts among those that were handed out at the same moment.</summary>
    private static (int Spent, bool IsLive, DateTimeOffset At) Order(ModelJob job) =>
        (job.Spent, job.IsLive, job.HandOuts.Count == 0 ? DateTimeOffset.MinValue : job.HandOuts[^1].At);
}
