namespace Pyremto.Tests.Simulation;

/// <summary>One worker over all its processes: it is slow, stands still, is killed or stopped in order, and comes back under new
/// ids.</summary>
internal sealed class SimulatedWorker
{
    private readonly World _world;
    private readonly History _history;
    private readonly SimulatedCoordinator _coordinator;
    private readonly Faults _faults;
    private readonly string _name;
    private readonly IReadOnlyList<string> _tags;
    private readonly int _partCount;
    private readonly Connecting _connecting;
    private readonly Taking _taking;
    private readonly List<IWorkerPart> _parts = [];
    private WorkerLimits _limits = null!;
    private SimulatedProcess? _process;
    private ILink? _link;
    private int _starts;
    private readonly bool _byPrefix;
    private bool _isStopping;

    public SimulatedWorker(World world, History history, SimulatedCoordinator coordinator, Faults faults, int number)
    {
        (_world, _history, _coordinator, _faults) = (world, history, coordinator, faults);
        _name = $"w{number}";
        _taking = number < faults.Workers ? Taking.BySlots : world.OneOf(Taking.InBatches, Taking.Anonymously);
        _connecting = _taking == Taking.BySlots
            ? world.OneOf(Connecting.ByPipe, Connecting.ByPipe, Connecting.ByHttp, Connecting.ByHttp, Connecting.InProcess)
            : world.OneOf(Connecting.ByPipe, Connecting.ByHttp);
        _byPrefix = _connecting == Connecting.InProcess && world.Chance(0.5);
        _partCount = 1 + world.Below(2);
        _tags = number > 0 && faults.Tags.Count > 1 ? [.. faults.Tags.Skip(world.Below(2))] : faults.Tags;
        if (_connecting == Connecting.InProcess)
            coordinator.Started += Start;
        else
            world.After(world.Seconds(0, 5), Start);
    }

    private enum Connecting
    {
        ByPipe,
        ByHttp,
        InProcess,
    }

    private enum Taking
    {
        BySlots,
        InBatches,
        Anonymously,
    }

    public IReadOnlyList<IWorkerPart> Parts => _parts;

    public bool IsAlive => _process is { IsAlive: true };

    private void Start()
    {
        var random = _world.Source();
        _starts++;
        _isStopping = false;
        _parts.Clear();
        _process = _connecting == Connecting.InProcess ? _coordinator.Process! : new SimulatedProcess(_world, $"{_name}.{_starts}");
        _link = _connecting switch
        {
            Connecting.ByPipe => new SimulatedPipeClient(_process, _coordinator, random, NotNeeded),
            Connecting.ByHttp => new SimulatedHttpClient(_process, _coordinator, random),
            _ => new DirectLink(_process, _coordinator),
        };
        IReadOnlyList<TagAccess> tags = _byPrefix ? [] : [.. _tags.Select(tag => new TagAccess(tag))];
        _limits = new WorkerLimits(new TagFailures(null, null), new TagRoster(tags, random), new JobQuota(null), new IdleWatch(null));
        for (var i = 0; i < _partCount; i++)
        {
            var part = NewPart(_process, _link, $"{_name}.{_starts}.{i}", tags, random);
            part.Ended += EndIfAllHave;
            _parts.Add(part);
        }
        _world.Note($"{_name} starts, {_taking}, {_connecting}");
        foreach (var part in _parts)
            part.Start();
        if (_connecting == Connecting.InProcess)
            return;
        _process.Killed += () => _world.After(_world.Seconds(0.1, 30), Start);
        PlanMisfortune(_process);
    }

    private IWorkerPart NewPart(SimulatedProcess process, ILink link, string id, IReadOnlyList<TagAccess> tags, IRandomSource random)
    {
        if (_taking != Taking.BySlots)
            return new SimulatedBatch(process, _history, link, _taking == Taking.Anonymously ? null : id, tags, random);
        var settings = new SlotSettings { Tags = tags, TagPrefix = _byPrefix ? "" : null, JobTimeout = TimeSpan.FromSeconds(100) };
        var slot = new SimulatedSlot(process, _history, link, id, settings, _limits, random);
        slot.TagsChanged += () => process.After(TimeSpan.Zero, LookAgain);
        return slot;
    }

    private void LookAgain()
    {
        foreach (var slot in _parts.OfType<SimulatedSlot>().ToArray())
            slot.LookAgain();
    }

    private void NotNeeded(JobNotNeeded job)
    {
        if (_parts.Find(part => part.Id == job.Worker) is { HasEnded: false } part)
            part.NotNeeded(job);
    }

    private void PlanMisfortune(SimulatedProcess process) =>
        _world.After(_faults.BetweenMisfortunes * (2 * _world.Seconds(0, 1).TotalSeconds), () =>
        {
            if (!process.IsAlive || _world.IsCalm)
                return;
            Misfortune(process);
            PlanMisfortune(process);
        });

    private void Misfortune(SimulatedProcess process)
    {
        switch (_world.Below(6))
        {
            case 0:
                process.Kill();
                break;
            case 1:
                process.Stop(_world.Seconds(1, 150));
                break;
            case 2:
                process.Run(() => Stop(process));
                break;
            case 3:
                _link!.Break(_world.Seconds(2, 40));
                break;
            default:
                _link!.Break(_world.Seconds(0, 1.5));
                break;
        }
    }

    /// <summary>As the host of a worker does: no more jobs, then no more time.</summary>
    private void Stop(SimulatedProcess process)
    {
        if (_isStopping)
            return;
        _isStopping = true;
        _world.Note($"{_name} is stopped in order");
        foreach (var part in _parts.ToArray())
            part.StopAsking();
        process.After(_world.Seconds(0, 10), () =>
        {
            foreach (var part in _parts.ToArray())
                part.StopNow();
        });
        EndIfAllHave();
    }

    private void EndIfAllHave()
    {
        if (!_isStopping || !_parts.TrueForAll(part => part.HasEnded))
            return;
        _link!.Close();
        var process = _process!;
        process.After(TimeSpan.FromSeconds(1), process.Kill);
    }
}
