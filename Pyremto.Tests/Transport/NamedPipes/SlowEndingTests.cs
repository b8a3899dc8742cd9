using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A client whose calls are slow to end, as they are behind a relay whose coordinator is away, is nobody else's matter.</summary>
public sealed class SlowEndingTests
{
    private const string Ask = """{"tags":[{"tag":"tag"}],"worker":"w","request_id":"r"}""";

    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task While_the_old_calls_of_one_client_end_others_connect_and_it_is_welcomed_after_them()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var coordinator = await PipeCoordinator.StartAsync(wrap: inner => InterceptedScheduler.Around(inner, async (scheduler, request, _) =>
        {
            asked.TrySetResult();
            await _end.Task;
            return await scheduler.ExchangeAsync(request, CancellationToken.None);
        }));
        await coordinator.SetUpAsync();
        await using var old = await RawPeer.IntroducedAsync(coordinator.Name, "slow");
        await old.SendAsync(RawFrame.OfCall(1, PipeVerb.Exchange, Ask));
        await asked.Task.WaitAsync(PipeCoordinator.Patience);
        var back = RawPeer.IntroducedAsync(coordinator.Name, "slow");
        (await old.ReadAsync()).Should().BeNull("the new connection has taken its place");

        await using (await RawPeer.IntroducedAsync(coordinator.Name, "other"))
            back.IsCompleted.Should().BeFalse();

        _end.SetResult();
        await using var welcomed = await back;
    }

    [Fact]
    public async Task S10_while_what_one_lost_client_had_is_given_back_others_connect()
    {
        var time = new FakeTimeProvider();
        var late = new LateAnswers();
        var releasing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: time, wrap: inner => InterceptedScheduler.Around(
            late.Around(inner),
            async (scheduler, request, token) =>
            {
                if (request.Released.Count > 0)
                {
                    releasing.SetResult();
                    await _end.Task;
                }
                return await scheduler.ExchangeAsync(request, token);
            }));
        await coordinator.SetUpAsync();
        var lost = await RawPeer.IntroducedAsync(coordinator.Name, "lost");
        await lost.SendAsync(RawFrame.OfCall(1, PipeVerb.Exchange, Ask));
        await late.Answered;
        await lost.DisposeAsync();
        await time.UntilTimerAsync(PipeProtocol.Grace);
        time.Advance(PipeProtocol.Grace);
        await releasing.Task.WaitAsync(PipeCoordinator.Patience);
        var back = RawPeer.IntroducedAsync(coordinator.Name, "lost");

        await using (await RawPeer.IntroducedAsync(coordinator.Name, "other"))
            back.IsCompleted.Should().BeFalse("what it had is on its way back");

        _end.SetResult();
        await using var welcomed = await back;
        (await coordinator.CountsAsync()).Waiting.Should().Be(1);
    }
}
