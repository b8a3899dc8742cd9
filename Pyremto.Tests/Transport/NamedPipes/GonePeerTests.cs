using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A client that goes while the coordinator has more to tell it than it takes (S5, S8).</summary>
public sealed class GonePeerTests
{
    [Theory]
    [InlineData("w")]
    [InlineData(null)]
    public async Task S5_S8_the_report_that_it_sent_last_counts_and_the_work_that_it_did_not_take_is_free_again(string? worker)
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = "tag" }, default);
        var large = JsonText.Parse($$"""{"x":"{{new string('x', 900_000)}}"}""");
        await coordinator.Scheduler.SetUpJobsAsync(
            PipeCoordinator.Tag, Make.SetUp(4, n: 2, RedistributionPolicy.WhenLost) with { Jobs = [JsonText.Parse("{}"), large, large, large] }, default);
        await coordinator.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [PipeCoordinator.Tag], Worker = "holder" }, default);
        await using var peer = await RawPeer.IntroducedAsync(coordinator.Name);
        var asker = worker is null ? "" : $"\"worker\":\"{worker}\",\"request_id\":\"r\",";
        await peer.SendAsync(RawFrame.OfCall(1, PipeVerb.Exchange, $$"""{"tags":[{"tag":"tag"}],{{asker}}"count":3}"""));
        await peer.SomethingComesAsync(); // and no more of it is taken, so that nothing is read meanwhile

        await peer.SendAsync(RawFrame.OfCall(2, PipeVerb.Exchange, """{"tags":[{"tag":"tag"}],"worker":"holder","count":0,"done":[{"job_id":0,"result":{}}]}"""));
        await peer.DisposeAsync();

        await UntilAsync(coordinator, new JobCounts(Waiting: 3, 0, Done: 1, 0, 0));
    }

    private static async Task UntilAsync(PipeCoordinator coordinator, JobCounts expected)
    {
        using var deadline = new CancellationTokenSource(PipeCoordinator.Patience);
        await foreach (var progress in coordinator.Scheduler.WatchProgressAsync(PipeCoordinator.Tag, deadline.Token))
        {
            if (new JobCounts(progress.Waiting, progress.InProgress, progress.Done, progress.Exhausted, progress.Cancelled) == expected)
                return;
        }
    }
}
