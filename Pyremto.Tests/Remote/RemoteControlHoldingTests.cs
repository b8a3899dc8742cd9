using Pyremto.Tests.Support;

namespace Pyremto.Tests.Remote;

public sealed class RemoteControlHoldingTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly ScriptedScheduler _scheduler = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task S10_heartbeats_go_out_every_third_of_the_lease_while_a_job_is_held()
    {
        _scheduler.HandOut(NextState.Done, "{}");
        await using var remote = await OpenAsync();
        await remote.GetNextJobAsync<JsonText>();

        for (var i = 0; i < 3; i++)
        {
            await _clock.UntilTimerAsync(Beat);
            _clock.Advance(Beat);
            var beat = await NextBeatAsync();
            beat.Worker.Should().Be(remote.WorkerId);
            beat.Jobs.Should().Equal(new HeldJob(0, "svr", 1, ScriptedScheduler.Instance, 3 * Beat));
        }
    }

    [Fact]
    public async Task S10_no_heartbeats_go_out_when_nothing_is_held()
    {
        _scheduler.HandOut(NextState.Done, "{}");
        await using var remote = await OpenAsync();
        _clock.RunningTimers.Should().Be(0);
        await remote.GetNextJobAsync<JsonText>();
        await remote.SetJobDoneAsync(0, JsonText.Parse("{}"));

        _clock.Advance(TimeSpan.FromMinutes(5));

        _scheduler.Heartbeats.Reader.TryRead(out _).Should().BeFalse();
        _clock.RunningTimers.Should().Be(0);
    }

    [Fact]
    public async Task A_heartbeat_that_does_not_get_through_is_followed_by_the_next()
    {
        _scheduler.Beat = _ => throw new CoordinatorUnreachableException("gone");
        _scheduler.HandOut(NextState.Done, "{}");
        await using var remote = await OpenAsync();
        var next = await remote.GetNextJobAsync<JsonText>();

        for (var i = 0; i < 2; i++)
        {
            await _clock.UntilTimerAsync(Beat);
            _clock.Advance(Beat);
            await NextBeatAsync();
        }

        next.NotNeeded.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task S11_who_computes_what_another_finished_is_told()
    {
        _scheduler.Beat = _ => new HeartbeatAnswer([new HeldJob(1, "svr", 1)]);
        _scheduler.HandOut(NextState.Done, "{}", "{}");
        await using var remote = await OpenAsync();
        var needed = await remote.GetNextJobAsync<JsonText>();
        var notNeeded = await remote.GetNextJobAsync<JsonText>();
        var told = new TaskCompletionSource();
        await using var registration = notNeeded.NotNeeded.Register(told.SetResult);

        _clock.Advance(Beat);

        await told.Task.WaitAsync(Deadline);
        needed.NotNeeded.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task S10_a_lease_that_a_heartbeat_is_answered_sets_the_pace_and_is_echoed()
    {
        var shorter = TimeSpan.FromSeconds(3);
        _scheduler.Beat = beat => new HeartbeatAnswer([]) { Leases = [beat.Jobs![0] with { Lease = shorter }] };
        _scheduler.HandOut(NextState.Done, "{}");
        await using var remote = await OpenAsync();
        await remote.GetNextJobAsync<JsonText>();
        _clock.Advance(Beat);
        await NextBeatAsync();

        await _clock.UntilTimerAsync(shorter / 3);
        _clock.Advance(shorter / 3);

        (await NextBeatAsync()).Jobs.Should().Equal(new HeldJob(0, "svr", 1, ScriptedScheduler.Instance, shorter));
    }

    [Fact]
    public async Task S19_a_late_answer_about_a_deleted_tag_does_not_stop_the_new_tags_job()
    {
        _scheduler.Beat = _ => new HeartbeatAnswer([new HeldJob(0, "svr", 1, new Guid("21111111-2222-3333-4444-555555555555"))]);
        _scheduler.HandOut(NextState.Done, "{}");
        await using var remote = await OpenAsync();
        var next = await remote.GetNextJobAsync<JsonText>();

        for (var i = 0; i < 2; i++) // the second goes out once the answer to the first was dealt with
        {
            await _clock.UntilTimerAsync(Beat);
            _clock.Advance(Beat);
            await NextBeatAsync();
        }

        next.NotNeeded.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task S19_a_deleted_tag_makes_all_jobs_needless()
    {
        _scheduler.Beat = _ => throw new TagUnknownException("deleted");
        _scheduler.HandOut(NextState.Done, "{}");
        await using var remote = await OpenAsync();
        var next = await remote.GetNextJobAsync<JsonText>();
        var told = new TaskCompletionSource();
        await using var registration = next.NotNeeded.Register(told.SetResult);

        _clock.Advance(Beat);

        await told.Task.WaitAsync(Deadline);
    }

    [Fact]
    public async Task S9_what_is_still_held_is_released_at_the_end()
    {
        _scheduler.HandOut(NextState.Done, "{}", "{}");
        var remote = await OpenAsync();
        await remote.GetNextJobAsync<JsonText>();
        await remote.GetNextJobAsync<JsonText>();
        await remote.SetJobDoneAsync(0, JsonText.Parse("{}"));

        await remote.DisposeAsync();
        await remote.DisposeAsync();

        var requests = new List<ExchangeRequest>();
        while (_scheduler.Exchanges.Reader.TryRead(out var request))
            requests.Add(request);
        requests.Should().HaveCount(4);
        requests[^1].Released.Should().Equal(new ReleasedReport(1, 1, "svr", ScriptedScheduler.Instance));
        _clock.RunningTimers.Should().Be(0);
    }

    [Fact]
    public async Task Who_waits_for_a_job_when_it_is_disposed_is_told_so()
    {
        _scheduler.Exchange = async (_, token) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(token);
            throw new NotSupportedException();
        };
        var remote = await OpenAsync();
        var next = remote.GetNextJobAsync<JsonText>();

        await remote.DisposeAsync();

        await FluentActions.Awaiting(() => next.WaitAsync(Deadline)).Should().ThrowAsync<ObjectDisposedException>();
        await FluentActions.Awaiting(() => remote.GetProgressAsync()).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Who_waits_for_a_job_can_give_up()
    {
        _scheduler.Exchange = async (_, token) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(token);
            throw new NotSupportedException();
        };
        await using var remote = await OpenAsync();
        using var giveUp = new CancellationTokenSource();
        var next = remote.GetNextJobAsync<JsonText>(cancellationToken: giveUp.Token);

        await giveUp.CancelAsync();

        await FluentActions.Awaiting(() => next.WaitAsync(Deadline)).Should().ThrowAsync<OperationCanceledException>();
    }

    private Task<RemoteControl> OpenAsync() => RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr", TimeProvider = _clock });

    private async Task<Heartbeat> NextBeatAsync() => await _scheduler.Heartbeats.Reader.ReadAsync().AsTask().WaitAsync(Deadline);
}
