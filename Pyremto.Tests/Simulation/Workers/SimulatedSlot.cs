namespace Pyremto.Tests.Simulation;

/// <summary>The shell around a real <see cref="WorkerSlot"/>, as <c>SlotRunner</c> is one: does what it wants done, and brings back what
/// comes of it.</summary>
internal sealed class SimulatedSlot : IWorkerPart
{
    private readonly SimulatedProcess _process;
    private readonly World _world;
    private readonly History _history;
    private readonly ILink _link;
    private readonly IReadOnlyList<string> _tags;
    private readonly WorkerSlot _slot;
    private readonly TimeSpan _start;
    private Action? _giveUp;
    private SimulatedHandler? _handler;
    private TimeSpan? _armedFor;

    public SimulatedSlot(
        SimulatedProcess process, History history, ILink link, string id, SlotSettings settings, WorkerLimits limits, IRandomSource random)
    {
        (_process, _world, _history, _link) = (process, process.World, history, link);
        _tags = [.. settings.Tags.Select(access => access.Tag)];
        _slot = new WorkerSlot(id, settings, limits, random);
        _start = LastAnswerAt = _world.Now;
    }

    public string Id => _slot.Id;

    public bool HasEnded => _slot.HasEnded;

    public bool IsRunning => _handler is not null;

    /// <summary>What it runs, unless its handler was told to stop.</summary>
    public HandOut? Uncancelled { get; private set; }

    /// <summary>When an exchange of it was last answered.</summary>
    public TimeSpan LastAnswerAt { get; private set; }

    public Action? Ended { get; set; }

    public Action? TagsChanged { get; set; }

    public void Start() => Tell((slot, now) => slot.Start(now));

    public void StopAsking() => Tell((slot, now) => slot.StopAsking(WorkerEndReason.HostStopped, now));

    public void StopNow() => Tell((slot, now) => slot.StopNow(now));

    public void NotNeeded(JobNotNeeded job) => Tell((slot, now) => slot.NotNeeded(job, now));

    public void LookAgain() => Tell((slot, now) => slot.LookAgain(now));

    private void Tell(Action<WorkerSlot, TimeSpan> message)
    {
        message(_slot, _world.Now - _start);
        while (_slot.TryTakeEffect(out var effect))
            Do(effect);
        Arm();
    }

    private void Do(SlotEffect effect)
    {
        switch (effect)
        {
            case SlotEffect.SendExchange send:
                Exchange(send.Request);
                break;
            case SlotEffect.CancelExchange:
                _giveUp?.Invoke();
                break;
            case SlotEffect.SendAside aside:
                _link.Ask(Question.Of(aside.Request), reply =>
                {
                    if (reply.Answer is ExchangeAnswer answer)
                        Tell((slot, _) => slot.AsideAnswered(aside.Request, answer));
                    else
                        Tell((slot, _) => slot.AsideFailed(aside.Request));
                });
                break;
            case SlotEffect.TagsChanged:
                TagsChanged?.Invoke();
                break;
            case SlotEffect.LookUpTags:
                LookUp(0, new HashSet<string>(StringComparer.Ordinal));
                break;
            case SlotEffect.SendHeartbeat send:
                Beat(send.Beat, send.Limit);
                break;
            case SlotEffect.StartHandler start:
                _world.Note($"{Id} runs {start.Job.Tag}/{start.Job.JobId}#{start.Job.Attempt}");
                Run(start.Job);
                break;
            case SlotEffect.CancelHandler cancel:
                _world.Note($"{Id} cancels {cancel.Job.Tag}/{cancel.Job.JobId}, {cancel.Cause}");
                Uncancelled = null;
                _handler!.Cancel();
                break;
            case SlotEffect.AbandonHandler or SlotEffect.JobEnded:
                (_handler, Uncancelled) = (null, null);
                break;
            case SlotEffect.StopWorker stop:
                _world.Violate($"{Id} stops: {stop.Message}");
                break;
            case SlotEffect.Ended:
                _world.Note($"{Id} has ended");
                Ended?.Invoke();
                break;
        }
    }

    private void Exchange(ExchangeRequest request)
    {
        _world.Note($"{Id} asks, request {request.RequestId}, with {SlotReports.CountOf(request)} reports");
        _giveUp = _link.Ask(Question.Of(request), reply =>
        {
            if (reply.Answer is ExchangeAnswer answer)
            {
                LastAnswerAt = _world.Now;
                Tell((slot, now) => slot.ExchangeAnswered(answer, now));
            }
            else
            {
                Tell((slot, now) => slot.ExchangeFailed(reply.Error!, now));
            }
        });
    }

    private void LookUp(int next, HashSet<string> existing)
    {
        if (next == _tags.Count)
        {
            Tell((slot, now) => slot.TagsFound(existing, now));
            return;
        }
        _link.Ask(Question.TagExists(_tags[next]), reply =>
        {
            if (reply.Error is { } error)
            {
                Tell((slot, now) => slot.TagLookUpFailed(error, now));
                return;
            }
            if (reply.Answer is true)
                existing.Add(_tags[next]);
            LookUp(next + 1, existing);
        });
    }

    private void Beat(Heartbeat beat, TimeSpan limit)
    {
        var giveUp = _link.Ask(Question.Of(beat), reply =>
        {
            if (reply.Answer is HeartbeatAnswer answer)
                Tell((slot, now) => slot.HeartbeatAnswered(beat, answer, now));
            else
                Tell((slot, now) => slot.HeartbeatFailed(beat, reply.Error!, now));
        });
        _process.After(limit, giveUp);
    }

    private void Run(HandOut job)
    {
        Uncancelled = job;
        _history.Of(job.Instance)!.Begins(job);
        SimulatedHandler? own = null;
        _handler = own = new SimulatedHandler(_process, job, Id, end =>
        {
            if (_handler != own)
                return;
            if (end.Error is null && Uncancelled is not null)
                _history.Of(job.Instance)!.Brings(job);
            Tell((slot, now) => slot.HandlerEnded(end, now));
        });
    }

    private void Arm()
    {
        if (_slot.NextDeadline is not { } deadline || deadline >= _armedFor)
            return;
        _armedFor = deadline;
        var due = _start + deadline - _world.Now;
        _process.After(due > TimeSpan.Zero ? due : TimeSpan.Zero, () =>
        {
            if (_armedFor == deadline)
                _armedFor = null;
            Tell((slot, now) => slot.DeadlinePassed(now));
        });
    }
}
