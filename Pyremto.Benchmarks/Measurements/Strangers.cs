using System.IO.Pipes;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Harness;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>
/// What 1,000 connections of strangers make a coordinator spend at each of its doors, and what a good worker notices of it: the memory,
/// descriptors and processor time of the coordinator, and the worker's time for a job.
/// </summary>
internal sealed class Strangers : IBenchmark
{
    private const string Password = "correct horse battery staple";

    public string Name => "strangers";

    public string Summary => "1,000 connections of strangers at each door: what they cost the coordinator, and a good worker's p50 and p99";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var pipe = $"pyremto-bench-{Environment.ProcessId}-strangers";
        var lines = new List<Line>();
        foreach (var siege in (Siege[])
            [
                new("idle connections", Idle), new("requests that stop in their head", HalfHead), new("bodies that stop half-way", HalfBody),
                new("guesses of a password, one after the other", Guess), new("streams of another's notices", Watch),
            ])
        {
            await using var coordinator = await ChildProcess.StartAsync(Role.HttpCoordinator);
            var address = new Uri(coordinator.Greeting);
            await using var client = await Coordinator.StartAsync(more: pyremto => pyremto.UseHttp(coordinator.Greeting));
            lines.AddRange(await MeasureAsync(setting, "HTTP", siege, coordinator, client.Scheduler, end => siege.StrangerAsync(address, end)));
        }
        await using (var coordinator = await ChildProcess.StartAsync(Role.PipeCoordinator, pipe))
        {
            await using var client = await Coordinator.StartAsync(more: pyremto => pyremto.UseNamedPipe(pipe));
            var siege = new Siege("idle connections", Idle);
            lines.AddRange(await MeasureAsync(setting, "pipe", siege, coordinator, client.Scheduler, end => IdleAtPipeAsync(pipe, end)));
        }
        return lines;
    }

    private static async Task<List<Line>> MeasureAsync(
        Setting setting, string door, Siege siege, ChildProcess coordinator, IJobScheduler scheduler, Func<CancellationToken, Task> stranger)
    {
        var count = setting.Size(1000);
        var window = setting.Dry ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(10);
        var tag = new TagAccess("bench", Password);
        await scheduler.CreateTagAsync(new CreateTag { Tag = tag.Tag, Password = Password }, CancellationToken.None);
        await scheduler.SetUpJobsAsync(tag, new JobSetup { Jobs = Sample.Jobs(setting.Size(300_000)) }, CancellationToken.None);
        await WorkAsync(scheduler, tag, window); // compiles the code
        var before = await WorkAsync(scheduler, tag, window);
        var (memory, descriptors) = (coordinator.WorkingSet, coordinator.Descriptors);
        using var end = new CancellationTokenSource();
        var strangers = Enumerable.Range(0, count).Select(_ => Task.Run(() => EndAsync(stranger, end.Token))).ToArray();
        var (used, watch) = (coordinator.ProcessorTime, Stopwatch.StartNew());
        var during = await WorkAsync(scheduler, tag, window);
        var load = (coordinator.ProcessorTime - used) / watch.Elapsed;
        var (grown, opened) = (coordinator.WorkingSet - memory, coordinator.Descriptors - descriptors);
        await end.CancelAsync();
        await Task.WhenAll(strangers);
        var what = $"{door}, {count:N0} {siege.Name}";
        return
        [
            new($"{what}: memory", "MB", grown / 1e6, Compare: Compare.AtMost, Limit: 200),
            new($"{what}: descriptors", "", opened),
            new($"{what}: load of the coordinator", "% of a core", load * 100),
            new($"{what}: a good worker's p50 / without them", "ms", At(during, 0.5), At(before, 0.5)),
            new($"{what}: a good worker's p99 / without them", "ms", At(during, 0.99), At(before, 0.99)),
        ];
    }

    /// <summary>How long a worker's round trips take, one after the other for a while.</summary>
    private static async Task<List<double>> WorkAsync(IJobScheduler scheduler, TagAccess tag, TimeSpan window)
    {
        var times = new List<double>();
        IReadOnlyList<DoneReport> reports = [];
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < window;)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await scheduler.ExchangeAsync(
                new ExchangeRequest { Tags = [tag], Worker = "good", RequestId = Stopwatch.GetTimestamp().ToString(), Done = reports }, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            reports = answer.HasJob ? [new DoneReport(answer.Jobs[0].JobId, JsonText.Parse(Sample.Result), answer.Jobs[0].Attempt)] : [];
        }
        times.Sort();
        return times;
    }

    private static double At(List<double> sorted, double share) => sorted[(int)((sorted.Count - 1) * share)];

    private static async Task EndAsync(Func<CancellationToken, Task> stranger, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await stranger(end);
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or TimeoutException)
            {
                await Task.Delay(100, CancellationToken.None); // it was turned away, and comes again
            }
        }
    }

    private static Task Idle(Uri address, CancellationToken end) => SendAsync(address, "", end);

    private static Task HalfHead(Uri address, CancellationToken end) =>
        SendAsync(address, $"POST /api/next HTTP/1.1\r\nHost: {address.Authority}\r\nX-Half: ", end);

    private static Task HalfBody(Uri address, CancellationToken end) => SendAsync(
        address,
        $"POST /api/next HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: 16000000\r\n\r\n"
            + new string(' ', 256 << 10),
        end);

    private static Task Guess(Uri address, CancellationToken end)
    {
        var credential = Convert.ToBase64String(Encoding.UTF8.GetBytes($":{Stopwatch.GetTimestamp()}"));
        return SendAsync(
            address, $"GET /api/tags/bench/progress HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Basic {credential}\r\n\r\n", end, answers: 1);
    }

    private static Task Watch(Uri address, CancellationToken end) =>
        SendAsync(address, $"GET /api/not-needed?worker=good HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n", end, answers: 1);

    /// <summary>Sends something and keeps the connection until it is over, or until an answer came.</summary>
    private static async Task SendAsync(Uri address, string text, CancellationToken end, int answers = int.MaxValue)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, end);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), end);
        var buffer = new byte[4096];
        for (var i = 0; i < answers; i++)
        {
            if (await stream.ReadAsync(buffer, end) == 0)
                throw new IOException("The coordinator hung up.");
        }
    }

    private static async Task IdleAtPipeAsync(string pipe, CancellationToken end)
    {
        await using var stream = new NamedPipeClientStream(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
        await stream.ConnectAsync(TimeSpan.FromSeconds(5), end);
        var buffer = new byte[4096];
        if (await stream.ReadAsync(buffer, end) == 0)
            throw new IOException("The coordinator hung up.");
        await Task.Delay(Timeout.InfiniteTimeSpan, end);
    }

    private sealed record Siege(string Name, Func<Uri, CancellationToken, Task> StrangerAsync);
}
