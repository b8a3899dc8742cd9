namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>However many callers wait for work on a connection, signs of life and reports get through (S5, S10).</summary>
public sealed class CrowdedConnectionTests : IAsyncLifetime
{
    private const int Most = 2;

    private PipeCoordinator _coordinator = null!;
    private NamedPipeScheduler _client = null!;

    public async Task InitializeAsync()
    {
        _coordinator = await PipeCoordinator.StartAsync(options => options.MaxCallsPerConnection = Most);
        await _coordinator.SetUpAsync(jobs: 3, n: 2);
        _client = _coordinator.Connect();
        await _client.ExchangeAsync(new ExchangeRequest { Tags = [PipeCoordinator.Tag], Worker = "w", Count = 3 }, default);
        for (var i = 0; i < 2 * Most; i++)
            _ = _client.ExchangeAsync(Waiting($"waits{i}"), default).AsTask();
    }

    public async Task DisposeAsync() => await _coordinator.DisposeAsync();

    [Fact]
    public async Task S10_a_heartbeat_is_answered()
    {
        var beat = new Heartbeat { Tags = [PipeCoordinator.Tag], Worker = "w", Jobs = [new HeldJob(0)] };

        (await Soon(_client.HeartbeatAsync(beat, default))).NotNeeded.Should().BeEmpty();
    }

    [Fact]
    public async Task S5_reports_are_taken_whether_or_not_their_sender_would_wait_for_more()
    {
        await Soon(_client.ExchangeAsync(new ExchangeRequest { Tags = [PipeCoordinator.Tag], Worker = "w", Count = 0, Done = [Done(0)] }, default));
        var answer = await Soon(_client.ExchangeAsync(Waiting("w") with { Done = [Done(1)] }, default));

        answer.Outcomes.Should().Equal(new ReportOutcome(1, ReportVerdict.Accepted));
        (await _coordinator.CountsAsync()).Should().Be(new JobCounts(0, InProgress: 1, Done: 2, 0, 0));
    }

    [Fact]
    public async Task S5_the_coordinator_takes_reports_beyond_the_limit_from_any_client_and_refuses_to_let_it_wait()
    {
        await using var peer = await RawPeer.IntroducedAsync(_coordinator.Name);
        for (var call = 1u; call <= Most; call++)
            await peer.SendAsync(RawFrame.OfCall(call, PipeVerb.Exchange, """{"tags":[{"tag":"tag"}],"wait_seconds":50}"""));

        var refused = await peer.AskAsync(3, PipeVerb.Exchange, """{"tags":[{"tag":"tag"}],"wait_seconds":50}""");
        var taken = await peer.AskAsync(4, PipeVerb.Exchange, """{"tags":[{"tag":"tag"}],"worker":"w","wait_seconds":50,"done":[{"job_id":0,"result":{}}]}""");

        (refused.Kind, refused.Call).Should().Be((FrameKind.Error, 3u));
        (taken.Kind, taken.Call).Should().Be((FrameKind.Answer, 4u));
        (await _coordinator.CountsAsync()).Done.Should().Be(1);
    }

    private static ExchangeRequest Waiting(string worker) => new() { Tags = [PipeCoordinator.Tag], Worker = worker, Wait = TimeSpan.FromSeconds(50) };

    private static DoneReport Done(int job) => new(job, JsonText.Parse("{}"));

    private static Task<T> Soon<T>(ValueTask<T> call) => call.AsTask().WaitAsync(PipeCoordinator.Patience);
}
