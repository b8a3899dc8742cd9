using FsCheck;
using FsCheck.Fluent;

namespace Pyremto.Tests.ModelBased;

/// <summary>A tag and the calls that are made on it.</summary>
internal sealed record Scenario(
    int Jobs, int N, TimeSpan Lease, TimeSpan RetryDelay, RedistributionPolicy Policy, IReadOnlyList<Command> Commands)
{
    private const int MostJobs = 5;

    private static readonly TimeSpan[] Leases = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60)];
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.Zero, TimeSpan.FromSeconds(4), TimeSpan.FromHours(20)];

    public static Arbitrary<Scenario> Any(bool withReopening) => Arb.From(Generate(withReopening), Shrink);

    public override string ToString() =>
        $"{Jobs} jobs, N {N}, lease {Lease.TotalSeconds} s, retry delay {RetryDelay.TotalSeconds} s, {Policy}:{Environment.NewLine}"
        + string.Join(Environment.NewLine, Commands.Select((command, i) => $"  {i + 1}. {command}"));

    private static Gen<Scenario> Generate(bool withReopening) =>
        from jobs in Gen.Choose(1, MostJobs)
        from n in Gen.Choose(1, 3)
        from lease in Gen.Elements(Leases)
        from retryDelay in Gen.Elements(RetryDelays)
        from policy in Gen.Elements(Enum.GetValues<RedistributionPolicy>())
        from length in Gen.Choose(1, 40)
        from commands in Gen.ListOf(AnyCommand(withReopening), length)
        select new Scenario(jobs, n, lease, retryDelay, policy, [.. commands]);

    private static Gen<Command> AnyCommand(bool withReopening)
    {
        var named = Gen.Elements(Workers.Named.ToArray());
        var id = Gen.Frequency((1, Gen.Constant(-1)), (20, Gen.Choose(0, MostJobs - 1)), (1, Gen.Constant(MostJobs)));
        var ids = Gen.Frequency((1, Gen.Constant<IReadOnlyList<int>?>(null)), (2, Some(id)));
        var attempt = Gen.Frequency((3, Gen.Constant<int?>(null)), (2, Gen.Choose(1, 3).Select(number => (int?)number)));
        var report =
            from kind in Gen.Elements(Enum.GetValues<ReportKind>())
            from job in id
            from text in Gen.Elements("""{"y":1}""", """{"y":2}""")
            from final in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
            from of in attempt
            select new Report(kind, job, text, final && kind == ReportKind.Failed, of);
        var byNamed =
            from worker in named
            from request in Gen.Elements(null, "r1", "r2", "r3")
            from count in Gen.Frequency((1, Gen.Constant(0)), (6, Gen.Constant(1)), (1, Gen.Choose(2, 3)))
            from reports in UpTo(2, report)
            select (Command)new ExchangeCommand(worker, request, count, reports);
        var byAnonymous =
            from count in Gen.Frequency((1, Gen.Constant(0)), (6, Gen.Constant(1)), (1, Gen.Choose(2, 3)))
            from reports in UpTo(2, report)
            select (Command)new ExchangeCommand(null, null, count, reports);
        var held =
            from job in id
            from of in attempt
            select new Held(job, of);
        var beat =
            from worker in named
            from jobs in Gen.Frequency((1, Gen.Constant<IReadOnlyList<Held>?>(null)), (3, UpTo(3, held).Select(jobs => (IReadOnlyList<Held>?)jobs)))
            select (Command)new BeatCommand(worker, jobs);
        var pass = Gen.Elements(0.1, 1, 4.9, 5, 30, 60, 90_000).Select(seconds => (Command)new PassCommand(TimeSpan.FromSeconds(seconds)));
        var retry =
            from jobs in ids
            from silence in Gen.Elements<TimeSpan?>(null, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30))
            from cancelled in Gen.Elements(false, true)
            select (Command)new RetryCommand(jobs, silence, cancelled);
        var update =
            from n in Gen.Elements<int?>(null, 1, 2, 3, 4)
            from lease in Gen.Elements<TimeSpan?>(null, Leases[0], Leases[1])
            from retryDelay in Gen.Elements<TimeSpan?>(null, null, RetryDelays[0], RetryDelays[1])
            from policy in Gen.Elements<RedistributionPolicy?>(null, RedistributionPolicy.WhenIdle, RedistributionPolicy.WhenLost)
            select (Command)new UpdateCommand(n, lease, retryDelay, policy);
        return Gen.Frequency(
            (30, byNamed),
            (10, byAnonymous),
            (8, beat),
            (8, pass),
            (2, named.Select(worker => (Command)new SessionLostCommand(worker))),
            (2, retry),
            (1, ids.Select(jobs => (Command)new CancelCommand(jobs))),
            (2, Gen.Elements(true, false, false).Select(paused => (Command)new PauseCommand(paused))),
            (2, update),
            (withReopening ? 3 : 0, Gen.Constant((Command)new ReopenCommand())));
    }

    private static Gen<IReadOnlyList<int>?> Some(Gen<int> id) => UpTo(3, id).Select(ids => (IReadOnlyList<int>?)ids);

    private static Gen<IReadOnlyList<T>> UpTo<T>(int most, Gen<T> item) =>
        from count in Gen.Choose(0, most)
        from items in Gen.ListOf(item, count)
        select (IReadOnlyList<T>)[.. items];

    /// <summary>The same without some of its calls, more of them first, or with simpler ones.</summary>
    private static IEnumerable<Scenario> Shrink(Scenario scenario)
    {
        for (var length = scenario.Commands.Count / 2; length > 0; length /= 2)
        {
            for (var from = 0; from + length <= scenario.Commands.Count; from += length)
                yield return scenario with { Commands = [.. scenario.Commands.Take(from), .. scenario.Commands.Skip(from + length)] };
        }
        for (var i = 0; i < scenario.Commands.Count; i++)
        {
            if (scenario.Commands[i] is ExchangeCommand { Reports.Count: > 0 } exchange)
            {
                foreach (var report in exchange.Reports)
                    yield return With(i, exchange with { Reports = [.. exchange.Reports.Where(other => other != report)] });
            }
        }
        if (scenario.Jobs > 1)
            yield return scenario with { Jobs = scenario.Jobs - 1 };

        Scenario With(int at, Command command) =>
            scenario with { Commands = [.. scenario.Commands.Take(at), command, .. scenario.Commands.Skip(at + 1)] };
    }
}
