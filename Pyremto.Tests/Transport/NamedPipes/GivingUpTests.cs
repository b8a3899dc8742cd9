using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>S8: a caller may give its call up at any moment, and no hand-out is left that nobody knows of.</summary>
public sealed class GivingUpTests
{
    private static readonly TagAccess Tag = PipeCoordinator.Tag;

    [Fact]
    public async Task S8_while_there_is_no_connection_a_call_is_given_up_at_once_and_never_goes_out()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await coordinator.SetUpAsync();
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name);
        cutter.CutAndHold();
        using var gone = new CancellationTokenSource();
        var call = AskAsync(client, gone.Token);

        await gone.CancelAsync();
        await ShouldBeGivenUpAsync(call);
        cutter.Resume();

        await client.TagExistsAsync("tag", default);
        cutter.Requests.Should().NotContain(frame => frame.Kind == FrameKind.Call && frame.Body[0] == (byte)PipeVerb.Exchange);
        (await coordinator.CountsAsync()).Waiting.Should().Be(1);
    }

    [Fact]
    public async Task S8_a_call_that_was_sent_when_the_connection_broke_is_given_up_at_once_and_what_it_got_is_given_back()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: new FakeTimeProvider());
        await coordinator.SetUpAsync();
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name, TimeSpan.FromHours(1));
        var cut = cutter.CutAnswerAsync(FrameKind.Answer, PipeCutter.At.Before, andHold: true);
        using var gone = new CancellationTokenSource();
        var call = AskAsync(client, gone.Token);
        await cut;
        (await coordinator.CountsAsync()).InProgress.Should().Be(1);

        await gone.CancelAsync();
        await ShouldBeGivenUpAsync(call);
        cutter.Resume();

        await UntilWaitingAsync(coordinator, 1);
        (await coordinator.JobAsync(0)).Spent.Should().Be(0);
    }

    [Fact]
    public async Task S8_a_call_that_is_repeated_and_given_up_before_it_is_looked_at_leaves_no_hand_out()
    {
        var exchanges = 0;
        await using var coordinator = await PipeCoordinator.StartAsync(
            pipeTime: new FakeTimeProvider(),
            wrap: inner => InterceptedScheduler.Around(inner, async (scheduler, request, token) =>
            {
                if (Interlocked.Increment(ref exchanges) == 2)
                    await UntilCancelledAsync(token); // as a store does that is busy when the cancellation comes
                return await scheduler.ExchangeAsync(request, token);
            }));
        await coordinator.SetUpAsync();
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name, TimeSpan.FromHours(1));
        var cut = cutter.CutAnswerAsync(FrameKind.Answer, PipeCutter.At.Before, andHold: true);
        using var gone = new CancellationTokenSource();
        var call = AskAsync(client, gone.Token);
        await cut;

        await gone.CancelAsync();
        await ShouldBeGivenUpAsync(call);
        cutter.Resume();

        await UntilWaitingAsync(coordinator, 1);
    }

    [Fact]
    public async Task S8_a_caller_that_gave_up_gets_the_job_after_all_where_it_was_given_already()
    {
        var late = new LateAnswers();
        await using var coordinator = await PipeCoordinator.StartAsync(wrap: late.Around);
        await coordinator.SetUpAsync();
        var client = coordinator.Connect();
        using var gone = new CancellationTokenSource();
        var call = AskAsync(client, gone.Token);
        await late.Answered;

        await gone.CancelAsync();

        (await call.WaitAsync(PipeCoordinator.Patience)).HasJob.Should().BeTrue();
        (await coordinator.CountsAsync()).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S8_a_caller_whose_verdict_does_not_come_goes_on_after_10_seconds_and_what_comes_later_is_given_back()
    {
        var time = new FakeTimeProvider();
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var coordinator = await PipeCoordinator.StartAsync(wrap: inner => InterceptedScheduler.Around(inner, async (scheduler, request, _) =>
        {
            var answer = await scheduler.ExchangeAsync(request, CancellationToken.None);
            if (request.Released.Count == 0)
                await mayAnswer.Task;
            return answer;
        }));
        await coordinator.SetUpAsync();
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name, time: time);
        await client.TagExistsAsync("tag", default);
        var cancelled = cutter.SeeRequestAsync(FrameKind.Cancel);
        using var gone = new CancellationTokenSource();
        var call = AskAsync(client, gone.Token);
        await gone.CancelAsync();
        await cancelled;
        time.Advance(TimeSpan.FromSeconds(9.999));
        call.IsCompleted.Should().BeFalse();

        time.Advance(TimeSpan.FromMilliseconds(1));

        await ShouldBeGivenUpAsync(call);
        mayAnswer.SetResult();
        await UntilWaitingAsync(coordinator, 1);
    }

    [Fact]
    public async Task S8_a_long_poll_that_is_given_up_gets_nothing_later()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = Tag.Tag }, default);
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name);
        var sent = cutter.SeeRequestAsync(FrameKind.Call);
        using var gone = new CancellationTokenSource();
        var call = AskAsync(client, gone.Token, TimeSpan.FromSeconds(50));
        await sent;

        await gone.CancelAsync();
        await ShouldBeGivenUpAsync(call);
        await coordinator.Scheduler.SetUpJobsAsync(Tag, Make.SetUp(1), default);

        (await coordinator.CountsAsync()).Waiting.Should().Be(1);
    }

    [Fact]
    public async Task A_cancelled_call_says_which_token_cancelled_it()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = Tag.Tag }, default);
        var client = coordinator.Connect();
        using var gone = new CancellationTokenSource();
        var call = AskAsync(client, gone.Token, TimeSpan.FromSeconds(50));

        await gone.CancelAsync();

        (await FluentActions.Awaiting(() => call.WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<OperationCanceledException>())
            .Which.CancellationToken.Should().Be(gone.Token);
    }

    [Fact]
    public async Task S8_at_whatever_moment_callers_give_up_while_the_pipe_breaks_every_hand_out_is_known()
    {
        const int Jobs = 400;
        await using var coordinator = await PipeCoordinator.StartAsync();
        await coordinator.SetUpAsync(Jobs);
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name);
        var known = 0;
        using var enough = new CancellationTokenSource();
        var cutting = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                cutter.Cut();
                await client.TagExistsAsync("tag", default);
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => WorkAsync($"w{i}", new Random(i)))));
        await enough.CancelAsync();
        await cutting.WaitAsync(PipeCoordinator.Patience);

        await UntilWaitingAsync(coordinator, Jobs - known);
        (await coordinator.CountsAsync()).InProgress.Should().Be(known);

        async Task WorkAsync(string worker, Random random)
        {
            for (var round = 0; round < 40; round++)
            {
                using var gone = new CancellationTokenSource();
                var call = Task.Run(() => client.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = worker }, gone.Token).AsTask());
                for (var spin = random.Next(4); spin > 0; spin--)
                    await Task.Yield();
                if (random.Next(2) == 0)
                    await gone.CancelAsync();
                try
                {
                    Interlocked.Add(ref known, (await call.WaitAsync(PipeCoordinator.Patience)).Jobs.Count);
                }
                catch (OperationCanceledException)
                {
                    // It was given nothing, or it is given back.
                }
            }
        }
    }

    [Fact]
    public async Task A_token_that_fires_in_the_moment_of_the_call_ends_it_once()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        var client = coordinator.Connect();
        await client.TagExistsAsync("tag", default);
        for (var round = 0; round < 3000; round++)
        {
            using var gone = new CancellationTokenSource();
            var cancelling = Task.Run(gone.Cancel);
            try
            {
                await client.TagExistsAsync("tag", gone.Token);
            }
            catch (OperationCanceledException)
            {
                // In time.
            }
            await cancelling;
        }
    }

    private static Task<ExchangeAnswer> AskAsync(NamedPipeScheduler client, CancellationToken cancellationToken, TimeSpan wait = default) =>
        client.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "w", Wait = wait }, cancellationToken).AsTask();

    private static async Task ShouldBeGivenUpAsync(Task call) =>
        await FluentActions.Awaiting(() => call.WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<OperationCanceledException>();

    private static async Task UntilCancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task;
    }

    /// <summary>Waits until so many jobs can be handed out, which the tag's progress tells.</summary>
    private static async Task UntilWaitingAsync(PipeCoordinator coordinator, int jobs)
    {
        using var deadline = new CancellationTokenSource(PipeCoordinator.Patience);
        var last = -1;
        try
        {
            await foreach (var progress in coordinator.Scheduler.WatchProgressAsync(Tag, deadline.Token))
            {
                last = progress.Waiting;
                if (last == jobs)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }
        last.Should().Be(jobs);
    }
}
