using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>Whether anybody works, which an expected time depends on.</summary>
public abstract class LiveWorkersConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task A_tag_that_nobody_came_to_has_had_no_worker_since_its_creation()
    {
        var created = Time.GetUtcNow();
        var tag = await TagAsync(jobs: 2);
        Time.Advance(TimeSpan.FromMinutes(5));

        await HasNoWorkerSinceAsync(tag, created);
    }

    [Theory]
    [InlineData("w")]
    [InlineData(null)]
    public async Task Who_has_a_job_is_live(string? worker)
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync(worker);
        Time.Advance(Lease - Second);

        await HasLiveAsync(tag, 1);
    }

    [Fact]
    public async Task There_is_no_expected_time_once_the_last_worker_has_gone_and_one_again_when_it_is_back()
    {
        var tag = await TagAsync(jobs: 10, n: 3);
        await WorkAsync(tag);
        (await tag.ProgressAsync()).EtaSeconds.Should().BeGreaterThan(0);
        await tag.TakeAsync("w");
        var sign = Time.GetUtcNow();
        await PassAsync(Lease + TimeSpan.FromMinutes(17));

        await HasNoWorkerSinceAsync(tag, sign);
        await tag.BeatAsync("w");
        await HasLiveAsync(tag, 1);
        (await tag.ProgressAsync()).EtaSeconds.Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task A_worker_without_a_job_is_live_for_a_lease_after_its_last_sign()
    {
        var tag = await TagAsync(jobs: 10);
        await WorkAsync(tag);
        var sign = Time.GetUtcNow();
        Time.Advance(Lease - Second);
        await HasLiveAsync(tag, 1);

        Time.Advance(Second);

        await HasNoWorkerSinceAsync(tag, sign);
    }

    [Fact]
    public async Task Who_waits_for_work_is_live_and_counted_once()
    {
        var tag = await TagAsync(jobs: 10);
        await WorkAsync(tag);
        await tag.PauseAsync();

        (await WithWaitingAsync(tag, "w", "w", "new", null, null)).LiveWorkers.Should().Be(4);
        Time.Advance(2 * Lease);
        var progress = await WithWaitingAsync(tag, "w");
        progress.LiveWorkers.Should().Be(1);
        progress.NoWorkerSince.Should().BeNull();
    }

    [Fact]
    public async Task Where_no_job_is_left_nobody_is_missed()
    {
        var tag = await TagAsync(jobs: 3);
        await WorkAsync(tag);
        await tag.CancelAsync(2);
        Time.Advance(TimeSpan.FromDays(1));

        var progress = await tag.ProgressAsync();

        progress.LiveWorkers.Should().Be(0);
        progress.NoWorkerSince.Should().BeNull();
        progress.EtaSeconds.Should().Be(0);
        progress.PerSecond.Should().NotBeNull();
    }

    [Fact]
    public async Task Failed_attempts_are_counted_whatever_became_of_their_jobs()
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        await tag.AskAsync("w", count: 3);
        await tag.FailAsync("w", 0);
        await tag.FailAsync("w", 1, final: true);
        await tag.ReleaseAsync("w", 2);
        await tag.TakeAsync(worker: null);
        await tag.RetryAsync();
        await tag.CancelAsync(1);

        (await tag.ProgressAsync()).FailedAttempts.Should().Be(2);
        (await tag.FailAsync("w", 0)).Outcome.Should().Be(ReportVerdict.Accepted, "it repeats itself");
        (await tag.FailAsync(worker: null, 2)).Outcome.Should().Be(ReportVerdict.Accepted);
        (await tag.ProgressAsync()).FailedAttempts.Should().Be(3);
        (await Store.GetSummaryAsync(tag.Record, CancellationToken.None)).FailedAttempts.Should().Be(3);
    }

    /// <summary>Two jobs are done, a second each.</summary>
    private async Task WorkAsync(TestTag tag)
    {
        for (var i = 0; i < 2; i++)
        {
            var job = await tag.TakeAsync("w");
            Time.Advance(Second);
            await tag.DoneAsync("w", job.JobId);
        }
    }

    private async Task<TagProgress> WithWaitingAsync(TestTag tag, params string?[] waiting) =>
        await Store.GetProgressAsync(tag.Record, waiting, CancellationToken.None);

    private static async Task HasLiveAsync(TestTag tag, int workers)
    {
        var progress = await tag.ProgressAsync();
        progress.LiveWorkers.Should().Be(workers);
        progress.NoWorkerSince.Should().BeNull();
    }

    private static async Task HasNoWorkerSinceAsync(TestTag tag, DateTimeOffset since)
    {
        var progress = await tag.ProgressAsync();
        progress.LiveWorkers.Should().Be(0);
        progress.NoWorkerSince.Should().Be(since);
        progress.EtaSeconds.Should().BeNull();
        progress.PerSecond.Should().BeNull();
    }
}
