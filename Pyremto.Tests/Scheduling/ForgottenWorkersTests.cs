using Pyremto.Tests.Support;

namespace Pyremto.Tests.Scheduling;

public sealed class ForgottenWorkersTests
{
    private const long Hour = 3600 * UnixTime.MicrosPerSecond;
    private const int Many = 5000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Short_lived_workers_are_not_remembered_for_ever_and_those_that_hold_something_are(bool loses)
    {
        var state = new StoreState(new MemoryJournal());
        var tag = state.CreateTag(Make.Record("tag", Guid.Parse("11111111-2222-3333-4444-555555555555"), DateTimeOffset.UnixEpoch), now: 0);
        var setup = Make.SetUp(2 * Many, n: 2, RedistributionPolicy.WhenLost, lease: TimeSpan.FromDays(20));
        state.SetUp(tag, setup, DescriptionTable.Of(setup), now: 0);
        var now = Hour;
        var holder = Ask("holder");
        var loser = Ask("loser");
        if (loses)
            state.LoseWorkers(["loser"], now);

        for (var i = 0; i < Many; i++)
        {
            now += Hour / 10;
            var job = Ask($"w{i}");
            now += Hour / 10;
            Report($"w{i}", i % 3 == 0
                ? new ExchangeRequest { Released = [new ReleasedReport(job)] }
                : new ExchangeRequest { Done = [new DoneReport(job, JsonText.Parse("{}"))] });
            state.TakeNotices();
        }

        var workers = state.Enter(tag, now).Ledger!.Workers;
        workers.Remembered.Should().BeLessThan(300);
        workers.Numbers.Should().HaveCount(workers.Remembered);
        workers.Count.Should().BeGreaterThan(Many);
        workers.SeenLast(WorkerTable.MostShown, state.Wall).Select(worker => worker.Worker).Take(250).Should().Equal(Enumerable.Range(1, 250).Select(i => $"w{Many - i}"));
        foreach (var (worker, job) in new[] { ("holder", holder), ("loser", loser) })
            Report(worker, new ExchangeRequest { Done = [new DoneReport(job, JsonText.Parse("{}"))] });

        int Ask(string worker) => state.Exchange(tag.Alone, new ExchangeRequest { Worker = worker }, now).Jobs.Single().JobId;

        void Report(string worker, ExchangeRequest report) => state.Exchange(tag.Alone, report with { Worker = worker, Count = 0 }, now)
            .Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Accepted);
    }
}
