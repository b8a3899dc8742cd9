using Pyremto.Tests.Conformance.Schedulers;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Scheduling;

public sealed class WokenAndCancelledTests() : SchedulerConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory))
{
    [Fact]
    public async Task S7_a_caller_that_is_woken_while_it_gives_up_lets_the_next_one_try()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "holder");
        using var givesUp = new CancellationTokenSource();
        var first = AskAsync(tag, "first", TimeSpan.FromSeconds(30), cancellationToken: givesUp.Token);
        var second = AskAsync(tag, "second", TimeSpan.FromSeconds(30));
        await UntilAsync(async () => (await Scheduler.GetProgressAsync(tag, CancellationToken.None)).LiveWorkers == 3);
        Task? release = null;
        await using var _ = givesUp.Token.Register(() => release = ReleaseAsync(tag, "holder", 0)); // runs before what the caller registered

        await givesUp.CancelAsync();

        release!.IsCompleted.Should().BeTrue("the first was woken before it learned that it is cancelled");
        await first.Invoking(it => it).Should().ThrowAsync<OperationCanceledException>();
        (await second.WaitAsync(Patience)).HasJob.Should().BeTrue();
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds())
            patience.Token.ThrowIfCancellationRequested();
    }
}
