using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Scale;

/// <summary>A million jobs and 64 workers.</summary>
public sealed class MillionJobsTests
{
    private const int Jobs = 1_000_000;
    private const int Workers = 64;

    public static TheoryData<StoreUnderTest> Stores => [StoreUnderTest.InMemory, StoreUnderTest.Sqlite];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task S2_each_of_a_million_jobs_is_done_exactly_once_and_first_handed_out_in_the_order_of_their_ids(StoreUnderTest kind)
    {
        using var directory = new TempDirectory();
        var store = kind.IsDurable
            ? JournaledJobStore.Sqlite(directory.File("jobs.db"), TimeProvider.System, NullLogger.Instance)
            : JournaledJobStore.InMemory(TimeProvider.System);
        await using var scheduler = new JobScheduler(
            store, new PyremtoOptions { MaxDescriptionBytes = 1 << 30 }, TimeProvider.System, new SeededRandom(1), NullLogger<JobScheduler>.Instance);
        await scheduler.StartAsync(CancellationToken.None);
        var tag = new TagAccess("million");
        await scheduler.CreateTagAsync(new CreateTag { Tag = tag.Tag }, CancellationToken.None);
        await scheduler.SetUpJobsAsync(tag, Make.SetUp(Jobs, n: 3), CancellationToken.None);

        var ordered = new ConcurrentBag<bool>();
        var handedOut = new int[Jobs];
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(slot => Task.Run(async () =>
        {
            var request = new ExchangeRequest { Tags = [tag], Worker = $"w{slot}", Count = 16 };
            var (last, rising) = (-1, true);
            for (var exchange = 0; ; exchange++)
            {
                var answer = await scheduler.ExchangeAsync(request with { RequestId = $"{exchange}" }, CancellationToken.None);
                answer.Outcomes.Any(outcome => outcome.Outcome is ReportVerdict.Refused or ReportVerdict.NotHeld).Should().BeFalse();
                if (answer.State == NextState.Done)
                    break;
                foreach (var job in answer.Jobs)
                {
                    Interlocked.Increment(ref handedOut[job.JobId]);
                    rising &= job.Attempt > 1 || job.JobId > last;
                    last = job.Attempt > 1 ? last : job.JobId;
                }
                request = request with { Done = [.. answer.Jobs.Select(job => new DoneReport(job.JobId, job.Description, job.Attempt))] };
            }
            ordered.Add(rising);
        })));

        ordered.Should().HaveCount(Workers).And.OnlyContain(rising => rising, "first hand-outs come in the order of the ids (S2)");
        handedOut.Should().OnlyContain(times => times >= 1 && times <= 3, "each was handed out, and never beyond N (S3)");
        var progress = await scheduler.GetProgressAsync(tag, CancellationToken.None);
        (progress.Done, progress.Total).Should().Be((Jobs, Jobs));
        progress.DifferingResults.Should().Be(0);
        var seen = 0;
        await foreach (var result in scheduler.GetResultsAsync(tag, new ResultQuery(), CancellationToken.None))
        {
            if (result.JobId != seen || result.Result != result.Description)
                throw new InvalidOperationException($"Result {seen} is of job {result.JobId}: {result.Result}");
            seen++;
        }
        seen.Should().Be(Jobs);
    }
}
