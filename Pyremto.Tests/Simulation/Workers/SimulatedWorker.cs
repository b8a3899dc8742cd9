namespace Pyremto.Tests.Simulation;

/// <summary>One worker over all its processes: it is slow, stands still, is killed or stopped in order, and comes back under new ids.</summary>
internal sealed class SimulatedWorker
{
    private readonly World _world;
    private readonly SimulatedCoordinator _coordinator;
    private readonly Faults _faults;
    private readonly string _name;
    private readonly IReadOnlyList<string> _tags;
    private readonly int _slotCount;
    private readonly Connecting _connecting;
    private readonly List<SimulatedSlot> _slots = [];
    private SimulatedProcess? _process;
    private ILink? _link;
    private int _starts;
    private bool _isStopping;

    public SimulatedWorker(World world, SimulatedCoordinator coordinator, Faults faults, int number)
    {
        (_world, _coordinator, _faults) = (world, coordinator, faults);
        _name = $"w{number}";
        _connecting = world.OneOf(Connecting.ByPipe, Connecting.ByPipe, Connecting.ByHttp, Connecting.ByHttp, Connecting.InProcess);
        _slotCount = 1 + world.Below(2);
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

    public IReadOnlyList<SimulatedSlot> Slots => _slots;

    public bool IsAlive => _process is { IsAlive: true };

    private void Start()
    {
        var random = _world.Source();
        _starts++;
        _isStopping = false;
        _slots.Clear();
        _process = _connecting == Connecting.InProcess ? _coordinator.Process! : new SimulatedProcess(_world, $"{_name}.{_starts}");
        _link = _connecting switch
        {
            Connecting.ByPipe => new SimulatedPipeClient(_process, _coordinator, random, NotNeeded),
            Connecting.ByHttp => new SimulatedHttpClient(_process, _coordinator, random),
            _ => new DirectLink(_process, _coordinator),
        };
        var limits = new WorkerLimits(
            new TagFailures(null, null), new TagRoster([.. _tags.Select(tag => new TagAccess(tag))], random), new JobQuota(null), new IdleWatch(null));
        var process = _process;
        var settings = new SlotSettings { Tags = [.. _tags.Select(tag => new TagAccess(tag))], JobTimeout = TimeSpan.FromSeconds(100) };
        for (var i = 0; i < _slotCount; i++)
        {
            var slot = new SimulatedSlot(_process, _link, $"{_name}.{_starts}.{i}", settings, limits, random);
            slot.Ended += EndIfAllSlotsHave;
            slot.TagsChanged += () => process.After(TimeSpan.Zero, LookAgain);
            _slots.Add(slot);
        }
        _world.Note($"{_name} starts, {_connecting}");
        foreach (var slot in _slots)
            slot.Tell((state, now) => state.Start(now));
        if (_connecting == Connecting.InProcess)
            return;
        _process.Killed += () => _world.After(_world.Seconds(0.1, 30), Start);
        PlanMisfortune(_process);
    }

    private void LookAgain()
    {
        foreach (var slot in _slots.ToArray())
            slot.Tell((state, now) => state.LookAgain(now));
    }

    private void NotNeeded(JobNotNeeded job)
    {
        if (_slots.Find(slot => slot.Id == job.Worker) is { HasEnded: false } slot)
            slot.Tell((state, now) => state.NotNeeded(job, now));
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
        foreach (var slot in _slots.ToArray())
            slot.Tell((state, now) => state.StopAsking(WorkerEndReason.HostStopped, now));
        process.After(_world.Seconds(0, 10), () =>
        {
            foreach (var slot in _slots.ToArray())
                slot.Tell((state, now) => state.StopNow(now));
        });
        EndIfAllSlotsHave();
    }

    private void EndIfAllSlotsHave()
    {
        if (!_isStopping || !_slots.TrueForAll(slot => slot.HasEnded))
            return;
        _link!.Close();
        var process = _process!;
        process.After(TimeSpan.FromSeconds(1), process.Kill);
    }
}
