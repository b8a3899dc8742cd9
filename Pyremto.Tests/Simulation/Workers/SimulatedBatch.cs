namespace Pyremto.Tests.Simulation;

/// <summary>
/// A client of its own making, which takes several jobs at a time and runs one after the other: with an id it beats and repeats itself
/// under the same request id; without one it is as the Python package, which says no attempt and can only report again.
/// </summary>
internal sealed class SimulatedBatch(
    SimulatedProcess process, History history, ILink link, string? worker, IReadOnlyList<TagAccess> tags, IRandomSource random) : IWorkerPart
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly World _world = process.World;
    private readonly List<HandOut> _held = [];
    private readonly List<DoneReport> _done = [];
    private readonly List<FailedReport> _failed = [];
    private readonly List<ReleasedReport> _released = [];
    private bool _isStopping;

    public string Id => worker ?? "anonymous";

    public bool HasEnded { get; private set; }

    public Action? Ended { get; set; }

    public void Start()
    {
        Ask();
        if (worker is not null)
            Beat();
    }

    public void StopAsking() => _isStopping = true;

    public void StopNow() => _isStopping = true;

    public void NotNeeded(JobNotNeeded job)
    {
        // Its heartbeats tell it soon enough.
    }

    private void Ask() => Send(new ExchangeRequest
    {
        Tags = tags,
        Worker = worker,
        RequestId = worker is null ? null : random.NextWord(12),
        Wait = _isStopping ? TimeSpan.Zero : _world.OneOf(TimeSpan.Zero, TimeSpan.FromSeconds(20)),
        Count = _isStopping ? 0 : 1 + _world.Below(4),
        Done = [.. _done],
        Failed = [.. _failed],
        Released = [.. _released],
    });

    private void Send(ExchangeRequest request)
    {
        _world.Note($"{Id} asks for {request.Count}, request {request.RequestId}, with {SlotReports.CountOf(request)} reports");
        link.Ask(Question.Of(request), reply =>
        {
            if (reply.Answer is ExchangeAnswer answer)
                Take(answer);
            else if (reply.Error is TagUnknownException)
                Forget();
            else
                process.After(Pause, () => Send(request));
        });
    }

    private void Take(ExchangeAnswer answer)
    {
        _done.Clear();
        _failed.Clear();
        _released.Clear();
        if (_isStopping && answer.Jobs.Count == 0)
            End();
        else if (answer.Jobs.Count == 0)
            process.After(_world.Seconds(0.5, 5), Ask);
        else
            Run(answer.Jobs);
    }

    /// <summary>What it has to report is of a tag that is gone.</summary>
    private void Forget()
    {
        _done.Clear();
        _failed.Clear();
        _released.Clear();
        process.After(Pause, Ask);
    }

    private void Run(IReadOnlyList<HandOut> jobs)
    {
        _held.AddRange(jobs);
        var time = TimeSpan.Zero;
        foreach (var job in jobs)
        {
            history.Of(job.Instance)!.Begins(job);
            process.After(time += _world.Seconds(0.01, 4), () => End(job));
        }
        process.After(time, Ask);
    }

    private void End(HandOut job)
    {
        if (!_held.Remove(job))
            return; // it is not needed
        int? attempt = worker is null ? null : job.Attempt;
        switch (_world.Below(12))
        {
            case 0:
                _failed.Add(new FailedReport(job.JobId, "it broke", null, Final: _world.Chance(0.2), attempt, job.Tag, job.Instance));
                break;
            case 1:
                _released.Add(new ReleasedReport(job.JobId, attempt, job.Tag, job.Instance));
                break;
            default:
                var result = SimulatedHandler.ResultOf(job.Instance, job.JobId, job.Attempt, worker);
                _done.Add(new DoneReport(job.JobId, JsonText.Parse(result), attempt, job.Tag, job.Instance));
                break;
        }
    }

    private void Beat()
    {
        if (HasEnded)
            return;
        if (_held.Count > 0)
        {
            var beat = new Heartbeat
            {
                Tags = tags,
                Worker = worker!,
                Jobs = [.. _held.Select(job => new HeldJob(job.JobId, job.Tag, job.Attempt, job.Instance))],
            };
            link.Ask(Question.Of(beat), reply =>
            {
                if (reply.Answer is HeartbeatAnswer answer)
                    _held.RemoveAll(job => answer.NotNeeded.Any(held => (held.Tag, held.JobId, held.Attempt) == (job.Tag, job.JobId, job.Attempt)));
            });
        }
        process.After(TimeSpan.FromSeconds(1.5), Beat);
    }

    private void End()
    {
        HasEnded = true;
        Ended?.Invoke();
    }
}
