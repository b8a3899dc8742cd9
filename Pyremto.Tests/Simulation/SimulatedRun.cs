using System.Globalization;

namespace Pyremto.Tests.Simulation;

/// <summary>
/// One run: a coordinator, its owners and workers, and for some minutes all that can go wrong; then nothing does any more, and the search has
/// to end. It is the same whenever its seed is.
/// </summary>
internal sealed class SimulatedRun
{
    /// <summary>How long the search may take once nothing goes wrong any more.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(20);

    /// <summary>Within that time each worker has to be heard that has nothing to do: the last attempt that failed, a long poll, the pauses between, and some air.</summary>
    private static readonly TimeSpan HeardWithin = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly int _seed;
    private readonly World _world;
    private readonly Faults _faults;
    private readonly History _history;
    private readonly SimulatedCoordinator _coordinator;
    private readonly List<SimulatedOwner> _owners;
    private readonly List<SimulatedWorker> _workers;

    private SimulatedRun(int seed)
    {
        _seed = seed;
        _world = new World(seed);
        _faults = Faults.Of(_world);
        _world.CalmAt = _faults.Duration;
        _world.Note(_faults.ToString());
        _history = new History(_world);
        _coordinator = new SimulatedCoordinator(_world, _history, new SimulatedDisk(), _faults);
        _owners = [.. _faults.Tags.Select(tag => new SimulatedOwner(_world, _coordinator, _faults, tag))];
        _workers = [.. Enumerable.Range(0, _faults.Workers).Select(number => new SimulatedWorker(_world, _coordinator, _faults, number))];
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
        Pass(Bound, IsOver);
        if (!IsOver())
            _world.Violate($"the search does not end: {Describe()}");
        Pass(HeardWithin, () => false);
        foreach (var slot in _workers.SelectMany(worker => worker.Slots))
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
            Play(_world.Now + LookEvery < end ? _world.Now + LookEvery : end);
            _coordinator.LookAtAll();
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

    private bool IsOver() =>
        _owners.TrueForAll(owner => owner.LetsRun)
        && _history.Tags.All(tag => tag.IsDeleted || tag.Count(JobState.Waiting) + tag.Count(JobState.InProgress) == 0);

    /// <summary>What befalls the coordinator and the machines' clocks.</summary>
    private void PlanTroubleForAll() => _world.After(_world.Seconds(1, 120), () =>
    {
        if (_world.IsCalm)
            return;
        if (_world.Fault(0.2))
            Jump(_world.Seconds(-20, 100));
        else if (_world.Fault(0.2))
            _coordinator.Process!.Stop(_world.Seconds(0.1, 30));
        else if (_world.Fault(0.1))
            _coordinator.Process!.Kill();
        PlanTroubleForAll();
    });

    private void Jump(TimeSpan by)
    {
        _world.Note($"the wall clock jumps by {by.TotalSeconds:0.0} s");
        _world.Clock.JumpWallClock(by);
    }

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
