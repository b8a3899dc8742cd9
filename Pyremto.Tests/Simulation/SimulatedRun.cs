using System.Globalization;

namespace Pyremto.Tests.Simulation;

/// <summary>
/// One run: a coordinator, its owners and workers, and for some minutes all that can go wrong; then nothing does any more, and the search
/// has to end. It is the same whenever its seed is.
/// </summary>
internal sealed class SimulatedRun
{
    /// <summary>How long the search may take once nothing goes wrong any more.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(20);

    /// <summary>Within that time each worker has to be heard that has nothing to do: the last attempt that failed, a long poll, the
    /// pauses between, and some air.</summary>
    private static readonly TimeSpan HeardWithin = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(2);

    /// <summary>How long after the last fault something may still come of one: what waits for a connection, a long poll whose caller is
    /// gone.</summary>
    private static readonly TimeSpan FaultsLast = TimeSpan.FromSeconds(90);

    private readonly int _seed;
    private readonly World _world;
    private readonly Faults _faults;
    private readonly History _history;
    private readonly SimulatedCoordinator _coordinator;
    private readonly Promises _promises;
    private readonly List<SimulatedOwner> _owners;
    private readonly List<SimulatedWorker> _workers;
    private TimeSpan _nextLook;

    private SimulatedRun(int seed)
    {
        _seed = seed;
        _world = new World(seed);
        _faults = Faults.Of(_world);
        _world.CalmAt = _faults.Duration;
        _world.QuietFrom = _faults.Duration == TimeSpan.Zero ? TimeSpan.Zero : _faults.Duration + FaultsLast;
        _world.Note(_faults.ToString());
        _history = new History(_world);
        _coordinator = new SimulatedCoordinator(_world, _history, new SimulatedDisk(), _faults);
        _promises = new Promises(_world, _history, _coordinator);
        _owners = [.. _faults.Tags.Select(tag => new SimulatedOwner(_world, _coordinator, _faults, tag))];
        _workers = [.. Enumerable.Range(0, _faults.Workers + _faults.Batches).Select(number => new SimulatedWorker(_world, _history, _coordinator, _faults, number))];
    }

    /// <summary>The trace of a run, which kept all rules.</summary>
    /// <exception cref="InvalidOperationException">It did not.</exception>
    public static IReadOnlyList<string> Run(int seed)
    {
        var run = new SimulatedRun(seed);
        try
        {
            run.Play();
        }
        catch (Exception error)
        {
            run._world.Violate($"unforeseen: {error}");
        }
        if (run._world.Violation is { } violation)
            throw new InvalidOperationException(run.Tell(violation));
        return run._world.Trace;
    }

    private void Play()
    {
        _coordinator.Start();
        PlanTroubleForAll();
        Pass(_faults.Duration, () => false);
        _world.Note("from now on nothing goes wrong");
        Pass(_faults.Steering - _faults.Duration, () => false);
        Pass(Bound, IsOver);
        if (!IsOver())
            _world.Violate($"the search does not end: {Describe()}");
        if (_history.Decisions == 0)
            _world.Violate("no decision of the store was seen");
        Pass(HeardWithin, () => false);
        foreach (var slot in Slots)
        {
            if (!slot.IsRunning && slot.LastAnswerAt < _world.Now - HeardWithin)
                _world.Violate($"S7: {slot.Id} has nothing to do, and has not been answered since {slot.LastAnswerAt.TotalSeconds:0}");
        }
    }

    private void Pass(TimeSpan most, Func<bool> isEnough)
    {
        var end = _world.Now + most;
        while (_world.Violation is null && _world.Now < end && !isEnough())
        {
            Play(_world.Now + CheckEvery < end ? _world.Now + CheckEvery : end);
            _promises.Check(Slots);
            if (_world.Now < _nextLook)
                continue;
            _coordinator.LookAtAll();
            _nextLook = _world.Now + _faults.BetweenLooks;
        }
    }

    /// <summary>Lets happen what is due until then.</summary>
    private void Play(TimeSpan end)
    {
        var clock = _world.Clock;
        while (_world.Violation is null && clock.NextTimer is { } next && _world.Now + next <= end)
            clock.AdvanceToNextTimer();
        if (_world.Now < end)
            clock.Advance(end - _world.Now);
    }

    private IEnumerable<SimulatedSlot> Slots => _workers.SelectMany(worker => worker.Parts).OfType<SimulatedSlot>();

    private bool IsOver() =>
        _owners.TrueForAll(owner => owner.LetsRun)
        && _history.Tags.All(tag => tag.IsDeleted || tag.Count(JobState.Waiting) + tag.Count(JobState.InProgress) == 0);

    /// <summary>What befalls the coordinator and the machines' clocks.</summary>
    private void PlanTroubleForAll() => _world.After(_world.Seconds(1, 120), () =>
    {
        if (_world.Now >= _faults.Steering)
            return;
        if (_world.Chance(0.2))
            Jump();
        else if (_world.Fault(0.2))
            _coordinator.Process!.Stop(_world.Seconds(0.1, 30));
        else if (_world.Fault(0.1))
            Restart();
        PlanTroubleForAll();
    });

    private void Restart()
    {
        _coordinator.Process!.Kill();
        if (_world.Chance(0.3))
            Jump(); // while nobody looks at it
    }

    /// <summary>By seconds, as clocks are set; by minutes, as machines sleep; by years, as they begin without a battery.</summary>
    private void Jump() => _world.JumpWallClock(_world.Seconds(-1, 2) * _world.OneOf(20.0, 600.0, 60_000_000.0));

    private string Describe() => string.Join("; ", _history.Tags.Where(tag => !tag.IsDeleted).Select(tag =>
        $"{tag.Name}: {string.Join(", ", tag.Jobs.Where(job => job.IsOpen).Select(job => $"job {job.Id} {tag.StateOf(job)}"))}"));

    private string Tell(string violation) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
         {violation}
         The same again: PYREMTO_SEED={_seed} dotnet test --filter Simulation. What came before:
         {string.Join(Environment.NewLine, _world.Trace.TakeLast(400))}
         """);
}
