using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

/// <summary>S5, S8: a report that was received counts even if its sender is gone; only the work in the answer is taken back.</summary>
public abstract class GoneCallerConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    private static readonly TagAccess Tag = new("tag", "secret");

    public static TheoryData<Moment, string, int> Cases
    {
        get
        {
            var cases = new TheoryData<Moment, string, int>();
            foreach (var moment in Enum.GetValues<Moment>())
            {
                foreach (var report in (string[])["done", "failed", "released"])
                {
                    cases.Add(moment, report, 0);
                    cases.Add(moment, report, 1);
                }
            }
            return cases;
        }
    }

    /// <summary>When the caller gives up.</summary>
    public enum Moment
    {
        BeforeTheCall,
        WhileItsPasswordIsHashed,
        BeforeTheStoreDecides,
        BeforeTheAnswer,
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task S5_S8_a_report_counts_and_its_sender_holds_nothing_that_it_was_not_told_of(Moment moment, string report, int count)
    {
        await HoldAsync("w");
        using var gone = new CancellationTokenSource();
        Harness.Store.At = moment switch
        {
            Moment.WhileItsPasswordIsHashed => Once(CountingStore.Stage.FindsTag, gone),
            Moment.BeforeTheStoreDecides => Once(CountingStore.Stage.BeginsExchange, gone),
            Moment.BeforeTheAnswer => Once(CountingStore.Stage.EndsExchange, gone),
            _ => null,
        };
        if (moment == Moment.BeforeTheCall)
            await gone.CancelAsync();

        var told = await AnswerAsync(Reporting(report) with { Count = count }, gone.Token);

        Harness.Store.At = null;
        var job = (await Scheduler.GetJobsAsync(Tag, new JobQuery { Limit = 1 }, CancellationToken.None)).Jobs[0];
        switch (report)
        {
            case "done":
                job.State.Should().Be(JobState.Done);
                break;
            case "failed":
                job.Attempts[0].Error.Should().Be("it broke");
                break;
            default:
                job.Attempts[0].Should().Match<AttemptInfo>(attempt => attempt.Attempt == 1 && attempt.State == HandOutState.Released);
                break;
        }
        (await CountsAsync(Tag)).InProgress.Should().Be(told?.Jobs.Count ?? 0, "work that nobody was told of is free again");
        if (count == 0)
            told!.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted));
    }

    [Fact]
    public async Task S8_a_repeated_request_whose_caller_is_gone_gives_back_what_the_first_one_was_given()
    {
        await HoldAsync("other");
        var request = new ExchangeRequest { Tags = [Tag], Worker = "w", RequestId = "r" };
        (await Harness.Coordinator.ExchangeAsync(request, CancellationToken.None)).HasJob.Should().BeTrue(); // its answer is lost
        using var gone = new CancellationTokenSource();
        Harness.Store.At = Once(CountingStore.Stage.BeginsExchange, gone);

        var told = await AnswerAsync(request, gone.Token);

        (await CountsAsync(Tag)).InProgress.Should().Be(1 + (told?.Jobs.Count ?? 0));
    }

    private static ExchangeRequest Reporting(string report)
    {
        var request = new ExchangeRequest { Tags = [Tag], Worker = "w", RequestId = "r" };
        return report switch
        {
            "done" => request with { Done = [new DoneReport(0, JsonText.Parse("{}"))] },
            "failed" => request with { Failed = [new FailedReport(0, "it broke")] },
            _ => request with { Released = [new ReleasedReport(0)] },
        };
    }

    /// <summary>A tag whose password nobody has shown yet, and whose job 0 somebody has.</summary>
    private async Task HoldAsync(string worker)
    {
        await EmptyTagAsync(Tag.Tag, Tag.Password);
        var record = await Harness.Store.FindTagAsync(Tag.Tag, CancellationToken.None);
        await Harness.Store.SetUpJobsAsync(record!, Make.SetUp(jobs: 3, n: 2), CancellationToken.None);
        await Harness.Store.ExchangeAsync([record!], new ExchangeRequest { Worker = worker, RequestId = "first" }, CancellationToken.None);
    }

    /// <summary>Gives up at a stage, and lets it go on when the coordinator has heard of it, as far as one can know.</summary>
    private Func<CountingStore.Stage, Task> Once(CountingStore.Stage stage, CancellationTokenSource gone) => async reached =>
    {
        if (reached != stage || gone.IsCancellationRequested)
            return;
        await gone.CancelAsync();
        await Scheduler.TagExistsAsync("other", CancellationToken.None); // comes behind it on a connection that keeps the order
    };

    private async Task<ExchangeAnswer?> AnswerAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await Scheduler.ExchangeAsync(request, cancellationToken).AsTask().WaitAsync(Patience, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
