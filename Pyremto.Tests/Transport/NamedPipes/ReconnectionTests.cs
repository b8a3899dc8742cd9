using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>How a client comes back to its coordinator, says that it cannot, and ends.</summary>
public sealed class ReconnectionTests : CutPipe
{
    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public async Task A_worker_id_that_was_refused_does_not_keep_the_client_from_coming_back(int length)
    {
        await Coordinator.SetUpAsync();
        await FluentActions.Awaiting(() => Patiently(AskAsync(new string('w', length)))).Should().ThrowAsync<InvalidRequestException>();

        Cutter.Cut();

        (await Patiently(AskAsync("good"))).HasJob.Should().BeTrue();
    }

    [Fact]
    public async Task A_coordinator_that_is_not_there_is_said_with_what_to_do()
    {
        var time = new FakeTimeProvider();
        var client = Coordinator.Connect("pyremto-test-nobody", TimeSpan.FromSeconds(3), time);
        var asking = client.TagExistsAsync("tag", default).AsTask();
        await time.UntilTimerAsync(TimeSpan.FromSeconds(3));
        await time.UntilTimerAsync(due => due < TimeSpan.FromSeconds(1));

        for (var i = 0; i < 3000 && !asking.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        (await FluentActions.Awaiting(() => asking.WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<CoordinatorUnreachableException>())
            .WithMessage("*'pyremto-test-nobody'*nobody listens there*ListenOnNamedPipe(\"pyremto-test-nobody\")*");
        time.Elapsed.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task However_long_the_coordinator_was_away_its_client_tries_every_second()
    {
        var time = new FakeTimeProvider();
        var name = PipeNames.New();
        var client = Coordinator.Connect(name, TimeSpan.FromHours(1), time);
        var asking = client.TagExistsAsync("tag", default).AsTask();
        for (var attempt = 0; attempt < 1500; attempt++)
        {
            await time.UntilTimerAsync(due => due <= TimeSpan.FromSeconds(1.001), "in a second at most");
            time.Advance(TimeSpan.FromSeconds(1.001));
        }

        asking.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_client_with_calls_under_way_can_be_closed()
    {
        await Coordinator.SetUpAsync(jobs: 1);
        await Patiently(AskAsync("holder"));
        var waiting = AskAsync("w", wait: TimeSpan.FromSeconds(50)).AsTask();
        var stream = Task.Run(async () =>
        {
            await foreach (var progress in Client.WatchProgressAsync(Tag, default))
                progress.Total.Should().Be(1);
        });

        await Client.DisposeAsync().AsTask().WaitAsync(PipeCoordinator.Patience);

        await FluentActions.Awaiting(() => waiting.WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<CoordinatorUnreachableException>().WithMessage("*closed*");
        await FluentActions.Awaiting(() => stream.WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<CoordinatorUnreachableException>();
        await FluentActions.Awaiting(() => Patiently(AskAsync("w"))).Should().ThrowAsync<CoordinatorUnreachableException>().WithMessage("*closed*");
    }

    [Fact]
    public async Task A_client_that_was_cancelled_while_it_is_closed_ends_each_call_once()
    {
        for (var round = 0; round < 50; round++)
        {
            var client = Coordinator.Connect();
            using var gone = new CancellationTokenSource();
            var calls = Enumerable.Range(0, 4).Select(i => client.TagExistsAsync("tag", gone.Token).AsTask()).ToArray();
            var closing = Task.Run(() => client.DisposeAsync().AsTask());
            var late = Task.Run(() => client.TagExistsAsync("tag", gone.Token).AsTask());
            await gone.CancelAsync();
            await closing;

            foreach (var call in calls.Append(late))
            {
                try
                {
                    await call.WaitAsync(PipeCoordinator.Patience);
                }
                catch (Exception error) when (error is OperationCanceledException or CoordinatorUnreachableException)
                {
                    // One of the two.
                }
            }
        }
    }
}
