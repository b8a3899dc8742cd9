using Pyremto.Tests.Support;

namespace Pyremto.Tests.Simulation;

/// <summary>
/// What all parts of a run share: the time, the chances, and the trace. One thread, on which everything happens that happens; every
/// chance is drawn from one source, in the order of events, so that a seed is a run.
/// </summary>
internal sealed class World(int seed)
{
    private const int MostEventsOfAMoment = 10_000;

    private readonly Random _random = new(seed);
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<string> _trace = [];
    private TimeSpan _moment;
    private int _eventsOfMoment;

    public FakeTimeProvider Clock { get; } = new();

    public TimeSpan Now => Clock.Elapsed;

    /// <summary>When the faults are over.</summary>
    public TimeSpan CalmAt { get; set; }

    /// <summary>When the last of what went wrong is over too: a message that was held up, a connection that nobody knew to be
    /// broken.</summary>
    public TimeSpan QuietFrom { get; set; }

    /// <summary>When the wall clock last jumped.</summary>
    public TimeSpan LastJump { get; private set; }

    /// <summary>Whether they are: nothing gets lost any more, nobody crashes.</summary>
    public bool IsCalm => Now >= CalmAt;

    public IReadOnlyList<string> Trace => _trace;

    /// <summary>The first thing that happened and must not.</summary>
    public string? Violation { get; private set; }

    public void Violate(string rule)
    {
        Note($"VIOLATION {rule}");
        Violation ??= rule;
    }

    /// <summary>Sees to it that what goes wrong in something that nobody waits for is known.</summary>
    public void Watch(Task task)
    {
        _ = WatchAsync();

        async Task WatchAsync()
        {
            try
            {
                await task;
            }
            catch (Exception error)
            {
                Violate($"unforeseen: {error}");
            }
        }
    }

    public void Note(string what)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException($"'{what}' happened on another thread: this run could not be replayed.");
        _trace.Add($"{Now.TotalSeconds,11:0.000000}  {what}");
    }

    public void JumpWallClock(TimeSpan by)
    {
        Note($"the wall clock jumps by {by}");
        LastJump = Now;
        Clock.JumpWallClock(by);
    }

    public void After(TimeSpan delay, Action action) =>
        _ = Clock.CreateTimer(_ => Happens(action), null, delay, Timeout.InfiniteTimeSpan);

    private void Happens(Action action)
    {
        (_moment, _eventsOfMoment) = (Now, Now == _moment ? _eventsOfMoment + 1 : 0);
        if (_eventsOfMoment > MostEventsOfAMoment)
            throw new InvalidOperationException("Somebody does something over and over again, and no time passes.");
        action();
    }

    /// <summary>True that often; a fault, so never once it is calm.</summary>
    public bool Fault(double probability) => _random.NextDouble() < probability && !IsCalm;

    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>From 0 to below <paramref name="count"/>.</summary>
    public int Below(int count) => _random.Next(count);

    public T OneOf<T>(params IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + ((most - least) * _random.NextDouble()));

    public static TimeSpan Latest(params ReadOnlySpan<TimeSpan> moments)
    {
        var latest = TimeSpan.Zero;
        foreach (var moment in moments)
            latest = moment > latest ? moment : latest;
        return latest;
    }

    /// <summary>A source of ids and jitter for one process.</summary>
    public SeededRandom Source() => new(_random.Next());
}
