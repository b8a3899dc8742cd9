namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>S8, S10: who does not come back for 2 seconds is lost, and what did not reach it is given back.</summary>
public sealed class GraceTests : CutPipe
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task S10_who_comes_back_within_2_seconds_keeps_what_it_has()
    {
        await Coordinator.SetUpAsync(jobs: 1, n: 2);
        await Patiently(AskAsync("w"));
        Cutter.CutAndHold();
        await PipeTime.UntilTimerAsync(Grace);
        PipeTime.Advance(Grace - TimeSpan.FromMilliseconds(1));

        Cutter.Resume();
        await Patiently(Client.TagExistsAsync("tag", default));
        PipeTime.Advance(Grace * 3);

        (await Coordinator.JobAsync(0)).Attempts.Should().ContainSingle().Which.State.Should().Be(HandOutState.Live);
        (await Patiently(AskAsync("other"))).HasJob.Should().BeFalse();
    }

    [Fact]
    public async Task S10_who_does_not_come_back_for_2_seconds_has_lost_what_it_had_and_another_who_waits_gets_it()
    {
        await Coordinator.SetUpAsync(jobs: 1, n: 2);
        await Patiently(AskAsync("w"));
        var other = Coordinator.Connect();
        var waiting = other.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "other", Wait = TimeSpan.FromSeconds(50) }, default).AsTask();
        await Patiently(other.TagExistsAsync("tag", default));
        Cutter.CutAndHold();
        await PipeTime.UntilTimerAsync(Grace);
        PipeTime.Advance(Grace - TimeSpan.FromMilliseconds(1));
        waiting.IsCompleted.Should().BeFalse();

        PipeTime.Advance(TimeSpan.FromMilliseconds(1));

        (await waiting.WaitAsync(PipeCoordinator.Patience)).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
        (await Coordinator.Log.LineAsync("did not come back")).Should().Contain("w");
        Cutter.Resume();
        (await Patiently(Client.ExchangeAsync(
            new ExchangeRequest { Tags = [Tag], Worker = "w", Count = 0, Done = [new DoneReport(0, JsonText.Parse("{}"), 1)] }, default)))
            .Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Accepted, "a late result is a result (S4)");
    }

    [Fact]
    public async Task S10_who_says_goodbye_has_left_which_is_no_reason_to_warn_and_what_it_had_goes_to_others()
    {
        await Coordinator.SetUpAsync(jobs: 1, n: 2);
        var leaving = Coordinator.Connect();
        await Patiently(leaving.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "leaving" }, default));

        await leaving.DisposeAsync();
        await PipeTime.UntilTimerAsync(Grace);
        PipeTime.Advance(Grace);

        (await Coordinator.Log.LineAsync("have left")).Should().Be("Debug: leaving have left");
        Coordinator.Log.Lines.Should().NotContain(line => line.Contains("did not come back", StringComparison.Ordinal));
        (await Patiently(AskAsync("other"))).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S8_an_answer_that_could_not_be_written_is_released_when_its_client_is_lost_and_not_before()
    {
        var late = new LateAnswers();
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: PipeTime, wrap: late.Around);
        await coordinator.SetUpAsync(jobs: 1, n: 1);
        var peer = await RawPeer.IntroducedAsync(coordinator.Name);
        await peer.SendAsync(RawFrame.OfCall(1, PipeVerb.Exchange, """{"tags":[{"tag":"tag"}],"worker":"w","request_id":"r","count":1,"done":[],"failed":[],"released":[]}"""));
        await late.Answered;
        await peer.DisposeAsync();
        await PipeTime.UntilTimerAsync(Grace);

        PipeTime.Advance(Grace - TimeSpan.FromMilliseconds(1));
        (await coordinator.JobAsync(0)).Attempts.Should().ContainSingle().Which.State.Should().Be(HandOutState.Live);
        PipeTime.Advance(TimeSpan.FromMilliseconds(1));

        var another = coordinator.Connect();
        (await Patiently(another.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "next", Wait = TimeSpan.FromSeconds(20) }, default)))
            .HasJob.Should().BeTrue("N is 1, and nobody had it");
    }

    [Fact]
    public async Task S8_an_anonymous_answer_that_could_not_be_written_is_released_at_once()
    {
        var late = new LateAnswers();
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: PipeTime, wrap: late.Around);
        await coordinator.SetUpAsync(jobs: 1, n: 1);
        var peer = await RawPeer.IntroducedAsync(coordinator.Name);
        await peer.SendAsync(RawFrame.OfCall(1, PipeVerb.Exchange, """{"tags":[{"tag":"tag"}],"count":1,"done":[],"failed":[],"released":[]}"""));
        await late.Answered;
        await peer.DisposeAsync();
        await PipeTime.UntilTimerAsync(Grace);

        var another = coordinator.Connect();
        (await Patiently(another.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "next", Wait = TimeSpan.FromSeconds(20) }, default)))
            .HasJob.Should().BeTrue();
    }
}
