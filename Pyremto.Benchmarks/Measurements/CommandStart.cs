using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Harness;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>How long <c>pyremto --help</c> takes as a whole process, and what an idle <c>pyremto watch</c> costs.</summary>
internal sealed class CommandStart : IBenchmark
{
    private const string Tag = "idle";

    public string Name => "command-start";

    public string Summary => "pyremto --help: milliseconds as published; pyremto watch of an idle tag: processor time";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var pyremto = await PublishedCommand.PublishAsync(setting);
        await PublishedCommand.RunAsync(pyremto, ["--help"], setting.Directory); // brings the file into memory
        var help = new List<double>();
        for (var round = 0; round < setting.Rounds(20); round++)
            help.Add((await PublishedCommand.RunAsync(pyremto, ["--help"], setting.Directory)).TotalMilliseconds);

        var pipe = $"pyremto-bench-{Environment.ProcessId}-watch";
        await using var coordinator = await ChildProcess.StartAsync(Role.PipeCoordinator, pipe);
        return
        [
            new("pyremto --help", "ms", Sample.Median(help), Compare: Compare.AtMost, Limit: 100),
            new("pyremto watch of an idle tag", "% of a core", 100 * await WatchAsync(pyremto, pipe, setting), Compare: Compare.AtMost, Limit: 0.5),
        ];
    }

    /// <summary>The processor time that a watch uses while nothing happens, as a share of one core.</summary>
    private static async Task<double> WatchAsync(string pyremto, string pipe, Setting setting)
    {
        await using var client = await Coordinator.StartAsync(more: builder => builder.UseNamedPipe(pipe));
        await client.Scheduler.CreateTagAsync(new CreateTag { Tag = Tag }, CancellationToken.None);
        await client.Scheduler.SetUpJobsAsync(new TagAccess(Tag), new JobSetup { Jobs = Sample.Jobs(1) }, CancellationToken.None);
        using var watch = Process.Start(new ProcessStartInfo(pyremto, ["watch", "--pipe", pipe, "--tag", Tag])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{pyremto} did not start.");
        try
        {
            if (await Task.WhenAny(watch.StandardError.ReadLineAsync(), watch.StandardOutput.ReadLineAsync()).Unwrap() is null)
                throw new InvalidOperationException("pyremto watch showed nothing.");
            await Task.Delay(setting.Dry ? 100 : 2000); // until it has settled: idleness is what is measured
            watch.Refresh();
            var (used, clock) = (watch.TotalProcessorTime, Stopwatch.StartNew());
            await Task.Delay(setting.Dry ? 100 : 10_000);
            watch.Refresh();
            return (watch.TotalProcessorTime - used) / clock.Elapsed;
        }
        finally
        {
            watch.Kill();
        }
    }
}
