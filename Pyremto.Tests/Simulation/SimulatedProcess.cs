namespace Pyremto.Tests.Simulation;

/// <summary>A process: it may be stopped for a while (and finds all that came meanwhile when it goes on), or killed, after which nothing of it happens.</summary>
internal sealed class SimulatedProcess(World world, string name)
{
    private readonly Queue<Action> _late = new();
    private TimeSpan _stoppedUntil;
    private int? _sayingsLeft;

    /// <summary>Who is told when it is killed: its other ends.</summary>
    public Action? Killed { get; set; }

    public string Name { get; } = name;

    public World World { get; } = world;

    public bool IsAlive { get; private set; } = true;

    public bool IsStopped => World.Now < _stoppedUntil || _late.Count > 0;

    public void After(TimeSpan delay, Action action) => World.After(delay, () => Run(action));

    /// <summary>Lets something happen in it, now or when it goes on.</summary>
    public void Run(Action action)
    {
        if (!IsAlive)
            return;
        if (!IsStopped)
        {
            action();
            return;
        }
        _late.Enqueue(action);
        if (_late.Count == 1)
            World.After(_stoppedUntil - World.Now, GoOn);
    }

    public void Stop(TimeSpan duration)
    {
        if (IsStopped)
            return;
        World.Note($"{Name} stands still for {duration.TotalSeconds:0.0} s");
        _stoppedUntil = World.Now + duration < World.CalmAt ? World.Now + duration : World.CalmAt;
    }

    /// <summary>Whether something that it says gets out; the last thing before a planned death does not.</summary>
    public bool MaySay()
    {
        if (IsAlive && _sayingsLeft is { } left && (_sayingsLeft = left - 1) <= 0)
            Kill();
        return IsAlive;
    }

    /// <summary>Plans its death at what it would say next, or a little later.</summary>
    public void KillAfter(int sayings) => _sayingsLeft = sayings;

    public void Kill()
    {
        if (!IsAlive)
            return;
        World.Note($"{Name} is killed");
        IsAlive = false;
        Killed?.Invoke();
    }

    private void GoOn()
    {
        while (IsAlive && _late.TryPeek(out var action))
        {
            _late.Dequeue();
            action();
        }
    }
}
