using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>Workers that come and go: what is shown of them, and what they brought, stays right however many there were.</summary>
public abstract class WorkerConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    private const int Many = 600;

    [Fact]
    public async Task The_workers_that_were_seen_last_are_shown_and_all_are_counted()
    {
        var tag = await ManyShortLivedWorkersAsync();

        var progress = await tag.ProgressAsync();

        progress.WorkerCount.Should().Be(Many);
        progress.Workers.Select(worker => (worker.Worker, worker.Done)).Should().Equal(
            Enumerable.Range(0, 256).Select(i => ($"w{Many - 1 - i}", 1)));
        progress.Workers[0].LastSeen.Should().BeAfter(progress.Workers[255].LastSeen);
    }

    [Fact]
    public async Task Results_and_attempts_name_their_worker_when_it_was_long_gone()
    {
        var tag = await ManyShortLivedWorkersAsync();

        (await tag.ResultsAsync()).Select(result => result.Worker).Should().Equal(Enumerable.Range(0, Many).Select(i => $"w{i}"));
        (await tag.JobAsync(0)).Attempts.Should().ContainSingle().Which.Worker.Should().Be("w0");
    }

    [Fact]
    public async Task S4_a_worker_that_was_long_gone_comes_back_as_what_it_was()
    {
        var tag = await ManyShortLivedWorkersAsync(more: 1);

        (await tag.TakeAsync("w0")).JobId.Should().Be(Many);
        (await tag.DoneAsync("w0", Many, """{"y":1}""")).Outcome.Should().Be(ReportVerdict.Accepted);
        (await tag.DoneAsync("w0", Many, """{"y":1}""")).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.ResultsAsync())[^1].Worker.Should().Be("w0");
        (await tag.ProgressAsync()).Workers[0].Should().Match<WorkerProgress>(worker => worker.Worker == "w0" && worker.Live == 0);
    }

    [Fact]
    public async Task S8_what_a_silent_worker_lost_is_not_forgotten_while_its_job_has_no_result()
    {
        var tag = await TagAsync(jobs: Many + 1, n: 2, policy: RedistributionPolicy.WhenLost);
        var lost = await tag.AskAsync("silent", requestId: "q");
        Time.Advance(TimeSpan.FromMinutes(2));
        await Store.ExpireAsync(CancellationToken.None);
        await ManyAsync(tag, Many - 300);

        var again = await tag.AskAsync("silent", requestId: "q");

        again.Jobs.Should().ContainSingle().Which.Should().Match<HandOut>(job => job.JobId == lost.Jobs[0].JobId && job.Attempt == 1);
        (await tag.DoneAsync("silent", lost.Jobs[0].JobId)).Outcome.Should().Be(ReportVerdict.Accepted);
        await ManyAsync(tag, 300, from: Many);
        (await tag.JobAsync(lost.Jobs[0].JobId)).Attempts.Should().ContainSingle().Which.Worker.Should().Be("silent");
    }

    private async Task<TestTag> ManyShortLivedWorkersAsync(int more = 0)
    {
        var tag = await TagAsync(jobs: Many + more);
        await ManyAsync(tag, Many);
        return tag;
    }

    /// <summary>Each worker does one job, a quarter of an hour after the one before.</summary>
    private async Task ManyAsync(TestTag tag, int count, int from = 0)
    {
        for (var i = from; i < from + count; i++)
        {
            var job = await tag.TakeAsync($"w{i}");
            await tag.DoneAsync($"w{i}", job.JobId);
            Time.Advance(TimeSpan.FromMinutes(15));
        }
    }
}
