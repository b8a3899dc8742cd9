using FsCheck;
using FsCheck.Fluent;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.ModelBased;

/// <summary>
/// Generated sequences of calls against a store and the model, which must agree on every answer and on all that is to be seen. A
/// failure shows the shortest sequence found, and its seed; set PYREMTO_SEED to "seed,gamma" to run it again.
/// </summary>
public abstract class ModelBasedTests(StoreUnderTest kind, int cases)
{
    [Fact]
    public void A_store_does_what_the_model_does()
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(cases);
        if (Environment.GetEnvironmentVariable("PYREMTO_SEED")?.Split(',') is [var seed, var gamma])
            config = config.WithReplay(new Replay(new Rnd(ulong.Parse(seed), ulong.Parse(gamma)), null));

        Check.One(config, Prop.ForAll(Scenario.Any(withReopening: kind.IsDurable), RunAsync));
    }

    private async Task RunAsync(Scenario scenario)
    {
        await using var harness = kind.CreateHarness();
        await harness.OpenAsync();
        var record = Make.Record("tag", new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), harness.Time.GetUtcNow());
        var tag = new TestTag(harness, await harness.Store.CreateTagAsync(record, CancellationToken.None));
        await tag.SetUpAsync(Make.SetUp(scenario.Jobs, scenario.N, scenario.Policy, scenario.Lease) with { RetryDelay = scenario.RetryDelay });
        var model = new Model(scenario.Jobs, scenario.N, scenario.Lease, scenario.RetryDelay, scenario.Policy)
        {
            Now = harness.Time.GetUtcNow(),
            Jitter = (jobId, attempt) => new HashedRandomSource($"{record.Instance}/{jobId}/{attempt}").NextFraction(),
        };
        var instant = new PassCommand(TimeSpan.FromMilliseconds(1));
        foreach (var (command, number) in scenario.Commands.Select((command, i) => (command, i + 1)))
        {
            harness.Observer.Clear();
            instant.Ask(model);
            await instant.AskAsync(harness, tag);
            Same(command.Ask(model), await command.AskAsync(harness, tag), $"answer of call {number}, {command}");
            Same(model.Describe(), await DescribeAsync(tag), $"what is to be seen after call {number}, {command}");
            Same(model.TakeNotNeeded(), Told(harness), $"who is told after call {number}, {command}");
        }
    }

    private static string Told(IStoreHarness harness) =>
        Words.Sorted(harness.Observer.NotNeeded.Select(job => $"{job.JobId}#{job.Attempt} of {job.Worker}"));

    private static async Task<string> DescribeAsync(TestTag tag) => Words.Tag(
        await tag.ProgressAsync(),
        (await tag.JobsAsync()).Jobs.Select(job => Words.Job(job.JobId, job.State, job.Spent, job.WaitingUntil, job.Attempts.Select(
            attempt => (attempt.Attempt, attempt.State, attempt.Worker, attempt.Error)))),
        (await tag.ResultsAsync(new ResultQuery { Order = ResultOrder.ByCompletion, Limit = 1000 })).Select(
            result => Words.Result(result.JobId, result.Attempt, result.Worker, result.Result.ToString())));

    private static void Same(string expected, string actual, string what)
    {
        if (expected != actual)
            throw new InvalidOperationException($"{what}:{Environment.NewLine}expected {expected}{Environment.NewLine}but got  {actual}");
    }
}

public sealed class InMemoryModelBasedTests() : ModelBasedTests(StoreUnderTest.InMemory, cases: 1500);

public sealed class SqliteModelBasedTests() : ModelBasedTests(StoreUnderTest.Sqlite, cases: 150);
