using System.Globalization;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>A search for hyperparameters on eight unequal workers, as it might have been, in the time of a fake clock.</summary>
internal sealed class SimulatedRun
{
    private const string Error = """
        Traceback (most recent call last):
          File "/home/ada/svr/train.py", line 41, in main
            model.fit(batches, epochs=40)
        RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 7.79 GiB total capacity)
        """;

    private static readonly (string Worker, double Seconds)[] Workers =
    [
        ("gauss:3121:0:k3v9x0p2ma", 11.2), ("gauss:3121:1:t7d1c5u8ej", 11.9), ("gauss:3121:2:b0n6h2r4wz", 12.7), ("noether:881:0:q8l3y7f1os", 15.4),
        ("noether:881:1:i5g9m2a6xd", 16.1), ("euler-gpu-node-17:90:0:v4j8e0t3kc", 21.5), ("euler-gpu-node-17:90:1:u1w7s5b9nh", 23.0), ("pi-lab:17:0:p6r2z8c4ly", 64.0),
    ];

    private readonly List<(TimeSpan At, int Worker, int Job, bool Fails)> _steps;

    private SimulatedRun(List<(TimeSpan, int, int, bool)> steps) => _steps = steps;

    /// <summary>From its begin until now.</summary>
    public TimeSpan Length => _steps.Count == 0 ? TimeSpan.FromMinutes(2) : _steps[^1].At + TimeSpan.FromSeconds(3);

    /// <summary>A run of which so many jobs have ended, every so-many-th by a failure.</summary>
    public static SimulatedRun Plan(int jobs, int ended, int failing = int.MaxValue)
    {
        var steps = new List<(TimeSpan, int, int, bool)>();
        var busy = new PriorityQueue<(int Worker, int Job), double>();
        var next = 0;
        for (var worker = 0; worker < Workers.Length && ended > 0; worker++)
            busy.Enqueue((worker, next), Seconds(worker, next++));
        while (steps.Count < ended && busy.TryDequeue(out var one, out var at))
        {
            steps.Add((TimeSpan.FromSeconds(at), one.Worker, one.Job, one.Job % failing == failing - 1 || (failing < jobs && one.Job > 330 && one.Worker == 7)));
            if (next < jobs)
                busy.Enqueue((one.Worker, next), at + Seconds(one.Worker, next++));
        }
        return new SimulatedRun(steps);
    }

    public async Task PlayAsync(IJobScheduler scheduler, TagAccess tag, FakeTimeProvider time)
    {
        for (var worker = 0; worker < Workers.Length && _steps.Count > 0; worker++)
            await scheduler.ExchangeAsync(new ExchangeRequest { Tags = [tag], Worker = Workers[worker].Worker }, CancellationToken.None);
        foreach (var (at, worker, job, fails) in _steps)
        {
            time.Advance(at - time.Elapsed);
            await scheduler.ExchangeAsync(
                new ExchangeRequest
                {
                    Tags = [tag],
                    Worker = Workers[worker].Worker,
                    Done = fails ? [] : [new DoneReport(job, JsonText.Parse(Result(job)))],
                    Failed = fails ? [new FailedReport(job, Error, ExitCode: 1)] : [],
                },
                CancellationToken.None);
        }
        time.Advance(Length - time.Elapsed);
        foreach (var (worker, _) in Workers[..^1])
            await scheduler.HeartbeatAsync(new Heartbeat { Tags = [tag], Worker = worker }, CancellationToken.None);
    }

    /// <summary>Draws at random, but the same each time, from 0 to 1.</summary>
    private static double Noise(int job, int salt) => (uint)HashOf(job, salt) / (double)uint.MaxValue;

    private static int HashOf(int job, int salt)
    {
        unchecked
        {
            var hash = (uint)((job * 73856093) ^ (salt * 19349663));
            for (var i = 0; i < 3; i++)
                hash = (hash ^ (hash >> 15)) * 2246822519;
            return (int)(hash ^ (hash >> 13));
        }
    }

    private static double Seconds(int worker, int job) => Workers[worker].Seconds * (0.6 + (0.8 * Noise(job, 1)));

    private static double Rate(int job) => Math.Pow(10, -4 + (3.2 * Noise(job, 2)));

    private static int Depth(int job) => 2 + (int)(9 * Noise(job, 3));

    public static string Setting(int job) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"lr":{{Rate(job):G4}},"depth":{{Depth(job)}},"optimizer":"{{(job % 2 == 0 ? "adam" : "sgd")}}"}""");

    private static string Result(int job)
    {
        var loss = 0.02 + (0.07 * Math.Pow(Math.Log10(Rate(job)) + 2.3, 2)) + (0.012 * Math.Abs(Depth(job) - 6)) + (0.06 * Math.Pow(Noise(job, 4), 2));
        return string.Create(CultureInfo.InvariantCulture, $$"""{"loss":{{loss:G4}},"accuracy":{{1 - (loss * 0.9):G4}},"epochs":{{20 + (int)(20 * Noise(job, 5))}}}""");
    }
}
