using Pyremto.Tests.Support;

namespace Pyremto.Tests.Workers;

/// <summary>Drives a slot by hand: messages in, effects out, and a time that only the test moves.</summary>
internal sealed class SlotDriver
{
    public static readonly Guid Instance = new("11111111-2222-3333-4444-555555555555");
    public static readonly JsonText Result = JsonText.Parse("""{"mse":1}""");

    private readonly List<SlotEffect> _all = [];

    public SlotDriver(SlotSettings? settings = null, TagFailures? failures = null, WorkerLimits? limits = null)
    {
        settings ??= Settings("a");
        limits ??= Limits(settings, failures);
        Slot = new WorkerSlot("host:1:w:abc", settings, limits, new SeededRandom(1));
        Slot.Start(Now);
        Take();
    }

    public WorkerSlot Slot { get; }

    public TimeSpan Now { get; private set; }

    /// <summary>What the newest message brought about.</summary>
    public IReadOnlyList<SlotEffect> Effects { get; private set; } = [];

    public IReadOnlyList<SlotEffect> AllEffects => _all;

    public ExchangeRequest Sent => _all.OfType<SlotEffect.SendExchange>().Last().Request;

    public int ExchangesSent => _all.OfType<SlotEffect.SendExchange>().Count();

    public Heartbeat Beat => _all.OfType<SlotEffect.SendHeartbeat>().Last().Beat;

    public static SlotSettings Settings(params string[] tags) => new() { Tags = [.. tags.Select(tag => new TagAccess(tag))] };

    public static WorkerLimits Limits(SlotSettings settings, TagFailures? failures = null, int? jobs = null, TimeSpan? idle = null) => new(
        failures ?? new TagFailures(10, null), new TagRoster(settings.Tags, new SeededRandom(2)), new JobQuota(jobs), new IdleWatch(idle));

    public static HandOut Job(int id, int attempt = 1, string tag = "a", double lease = 60) =>
        new(tag, Instance, id, JsonText.Parse("{}"), attempt, 0, TimeSpan.FromSeconds(lease));

    public static ExchangeAnswer Gives(HandOut job, params ReportOutcome[] outcomes) =>
        new() { State = NextState.Job, Jobs = [job], Outcomes = outcomes };

    public static ExchangeAnswer Says(NextState state, params ReportOutcome[] outcomes) => new() { State = state, Outcomes = outcomes };

    public T Single<T>()
        where T : SlotEffect => Effects.OfType<T>().Should().ContainSingle().Subject;

    public SlotDriver Answer(ExchangeAnswer answer) => Tell((slot, now) => slot.ExchangeAnswered(answer, now));

    public SlotDriver Fail(Exception error) => Tell((slot, now) => slot.ExchangeFailed(error, now));

    public SlotDriver Run(HandOut job) => Answer(Gives(job));

    public SlotDriver HandlerReturns() => Tell((slot, now) => slot.HandlerEnded(new HandlerEnd(Result, null), now));

    public SlotDriver HandlerThrows(Exception error) => Tell((slot, now) => slot.HandlerEnded(new HandlerEnd(default, error), now));

    public SlotDriver Tell(Action<WorkerSlot, TimeSpan> message)
    {
        message(Slot, Now);
        Take();
        return this;
    }

    public SlotDriver TagsFound(params string[] tags) =>
        Tell((slot, now) => slot.TagsFound(tags.ToHashSet(StringComparer.Ordinal), now));

    /// <summary>Moves the time on, stopping at each deadline on the way.</summary>
    public SlotDriver Wait(double seconds)
    {
        var target = Now + TimeSpan.FromSeconds(seconds);
        var effects = new List<SlotEffect>();
        while (Slot.NextDeadline is { } deadline && deadline <= target)
        {
            Now = deadline > Now ? deadline : Now;
            Slot.DeadlinePassed(Now);
            Take();
            effects.AddRange(Effects);
        }
        Now = target;
        Effects = effects;
        return this;
    }

    public SlotDriver WaitForDeadline()
    {
        Now = Slot.NextDeadline!.Value;
        return Tell((slot, now) => slot.DeadlinePassed(now));
    }

    private void Take()
    {
        var effects = new List<SlotEffect>();
        while (Slot.TryTakeEffect(out var effect))
            effects.Add(effect);
        _all.AddRange(effects);
        Effects = effects;
    }
}
