using System.IO.Pipes;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>Whatever peers send, the coordinator goes on serving those who keep to the protocol.</summary>
public sealed class FuzzTests
{
    private const int Frames = 120_000;
    private const int FramesOfAConnection = 40;
    private const int MaxConnections = 64;

    private static readonly TagAccess Tag = PipeCoordinator.Tag;

    private static readonly string[] Requests =
    [
        """{"tags":[{"tag":"fuzz"}],"worker":"fuzz","request_id":"r","wait_seconds":0,"count":1,"done":[{"job_id":0,"result":{"y":1}}],"failed":[],"released":[]}""",
        """{"tags":[{"tag":"fuzz"},{"tag":"other"}],"worker":null,"wait_seconds":0.01,"count":3,"done":[],"failed":[{"job_id":1,"error":"e"}],"released":[{"job_id":2}]}""",
        """{"tags":[{"tag":"fuzz"}],"worker":"fuzz","jobs":[{"job_id":0}]}""",
        """{"workers":["fuzz"]}""",
        """{"tag":"fuzz"}""",
        """{"tag":{"tag":"fuzz"}}""",
        """{"tag":{"tag":"fuzz"},"query":{"order":0,"after":-1}}""",
        """{"tag":{"tag":"fuzz"},"query":{"limit":100}}""",
        """{"tag":{"tag":"fuzz"},"setup":{"jobs":[{"a":1},{"b":[1,2,{"c":"d"}]}],"max_redistribution_attempts":1,"lease_seconds":60,"repetitions":1}}""",
        """{"tag":{"tag":"fuzz"},"update":{"lease_seconds":5}}""",
        """{"tag":{"tag":"fuzz"},"note":{"kind":"k","body":{"a":1}},"replace":true}""",
    ];

    [Fact]
    public async Task A_hundred_thousand_frames_of_nonsense_disturb_nobody_and_leave_nothing_behind()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(options => options.MaxConnections = MaxConnections);
        await coordinator.SetUpAsync(jobs: 1_000_000);
        await coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = "fuzz" }, default);
        await coordinator.Scheduler.SetUpJobsAsync(new TagAccess("fuzz"), Make.SetUp(1000, n: 1000), default);
        var good = coordinator.Connect();
        using var enough = new CancellationTokenSource();
        var working = WorkAsync(good, enough.Token);

        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() => FuzzAsync(coordinator.Name, seed))));

        await enough.CancelAsync();
        var done = await working.WaitAsync(PipeCoordinator.Patience);
        sent.Sum().Should().BeGreaterThanOrEqualTo(100_000);
        done.Should().BeGreaterThan(50);
        (await coordinator.CountsAsync()).Should().Be(new JobCounts(Waiting: 1_000_000 - done - 1, InProgress: 1, Done: done, 0, 0));
        coordinator.Log.Lines.Should().NotContain(line => line.Contains("connecting again", StringComparison.Ordinal), "the good client was not disturbed");
        await good.DisposeAsync();
        await ShouldHaveRoomForAllAsync(coordinator);
    }

    /// <summary>Takes and finishes jobs until told; answers how many it has finished, one more being in its hands.</summary>
    private static async Task<int> WorkAsync(NamedPipeScheduler client, CancellationToken enough)
    {
        var done = 0;
        var request = new ExchangeRequest { Tags = [Tag], Worker = "good" };
        var answer = await client.ExchangeAsync(request, CancellationToken.None);
        while (!enough.IsCancellationRequested)
        {
            var job = answer.Jobs.Should().ContainSingle().Subject;
            job.Attempt.Should().Be(1);
            answer = await client.ExchangeAsync(
                request with { Done = [new DoneReport(job.JobId, JsonText.Parse("{}"), job.Attempt)] }, CancellationToken.None)
                .AsTask().WaitAsync(PipeCoordinator.Patience, CancellationToken.None);
            answer.Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Accepted);
            done++;
        }
        return done;
    }

    private static async Task<int> FuzzAsync(string name, int seed)
    {
        var random = new Random(20_261_123 + seed);
        var sent = 0;
        while (sent < Frames / 4)
        {
            await using var peer = random.Next(10) > 0 ? await RawPeer.ConnectAsync(name) : await HalfAsync(random.Next(2) == 0 ? name : PipeName.OfAnswers(name));
            var reading = peer.ReadToEndAsync();
            try
            {
                if (random.Next(20) > 0)
                    await peer.SendAsync(RawFrame.OfHello($"fuzz{seed}-{random.Next(3)}"));
                for (var i = random.Next(2 * FramesOfAConnection); i > 0; i--)
                {
                    sent++;
                    await peer.SendAsync(Nonsense(random));
                }
            }
            catch (IOException)
            {
                // Thrown out, as it should.
            }
            await peer.DisposeAsync();
            try
            {
                await reading;
            }
            catch (Exception error) when (error is ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // Gone while it read.
            }
        }
        return sent;
    }

    /// <summary>A peer on one of the two pipes that a connection has.</summary>
    private static async Task<RawPeer> HalfAsync(string pipe)
    {
        var stream = new NamedPipeClientStream(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
        await stream.ConnectAsync(PipeCoordinator.Patience, CancellationToken.None);
        return new RawPeer(stream);
    }

    private static byte[] Nonsense(Random random)
    {
        var frame = random.Next(8) switch
        {
            0 => RawFrame.Of(FrameKind.Cancel, (uint)random.Next(8), []),
            1 => RawFrame.Of(FrameKind.Credit, (uint)random.Next(8), BitConverter.GetBytes(random.Next())),
            2 => RawFrame.Of((FrameKind)(random.Next(100) == 0 ? random.Next(256) : 3), (uint)random.Next(8), RandomBytes(random, random.Next(20))),
            _ => RawFrame.Of(
                FrameKind.Call, (uint)random.Next(random.Next(10) == 0 ? 8 : int.MaxValue),
                [(byte)(random.Next(10) == 0 ? random.Next(256) : random.Next(50)), .. Mutation.Of(Requests[random.Next(Requests.Length)], random)]),
        };
        switch (random.Next(150))
        {
            case 0:
                return frame[..random.Next(frame.Length)];
            case 1:
                frame[random.Next(Frame.HeaderLength)] ^= (byte)(1 << random.Next(8));
                return frame;
            case 2:
                return RandomBytes(random, random.Next(1, 200));
            default:
                return frame;
        }
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>All connections are free again: as many good clients get in at a time as may, which they would not if one had leaked.</summary>
    private static async Task ShouldHaveRoomForAllAsync(PipeCoordinator coordinator)
    {
        using var deadline = new CancellationTokenSource(PipeCoordinator.Patience);
        while (true)
        {
            var peers = new List<RawPeer>();
            var welcomed = 0;
            for (var i = 0; i < MaxConnections; i++)
            {
                peers.Add(await RawPeer.ConnectAsync(coordinator.Name));
                await peers[i].SendAsync(RawFrame.OfHello($"last{i}"));
                if (await peers[i].ReadAsync() is { Kind: FrameKind.Welcome })
                    welcomed++;
            }
            foreach (var peer in peers)
                await peer.DisposeAsync();
            if (welcomed == MaxConnections)
                return;
            deadline.Token.ThrowIfCancellationRequested(); // the last ones are still being ended
        }
    }
}
