using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>
/// <c>pyremto run</c> over many jobs that do nothing, as a whole process with durable results, beside the tools that people take for a
/// list of settings: GNU parallel and xargs, which keep nothing. In turns.
/// </summary>
internal sealed class CommandRun : IBenchmark
{
    public string Name => "command-run";

    public string Summary => "pyremto run -c 2 on 2,000 times /bin/true: jobs/s beside GNU parallel -j2 and xargs -P2, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = setting.Size(2_000);
        var pyremto = await PublishedCommand.PublishAsync(setting);
        var list = Path.Combine(setting.Directory, "list.txt");
        await File.WriteAllLinesAsync(list, Enumerable.Range(0, jobs).Select(i => $"{i}"));
        var grid = Path.Combine(setting.Directory, "grid.jsonl");
        await File.WriteAllLinesAsync(grid, Enumerable.Range(0, jobs).Select(i => $$"""{"i":{{i}}}"""));

        var hasParallel = await IsThereAsync("parallel", setting);
        var (ours, parallel, xargs) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(5); round++)
        {
            if (hasParallel)
                parallel.Add(jobs / (await PublishedCommand.RunAsync("parallel", ["--will-cite", "-j2", "/bin/true"], setting.Directory, list)).TotalSeconds);
            xargs.Add(jobs / (await PublishedCommand.RunAsync("xargs", ["-P2", "-n1", "/bin/true"], setting.Directory, list)).TotalSeconds);
            ours.Add(jobs / (await PublishedCommand.RunAsync(
                pyremto,
                ["run", grid, "--state", $"run-{round}.db", "-c", "2", "--raw", "--quiet", "-o", $"run-{round}.jsonl", "--", "/bin/true"],
                setting.Directory)).TotalSeconds);
        }

        var rate = Sample.Median(ours);
        return
        [
            hasParallel
                ? new("pyremto run -c 2 / parallel -j2", "jobs/s", rate, Sample.Median(parallel), Compare.RatioAtLeast, 2)
                : new("pyremto run -c 2 (GNU parallel is not installed)", "jobs/s", rate),
            new("pyremto run -c 2 / xargs -P2", "jobs/s", rate, Sample.Median(xargs), Compare.RatioAtLeast, 0.5),
        ];
    }

    private static async Task<bool> IsThereAsync(string program, Setting setting)
    {
        try
        {
            await PublishedCommand.RunAsync(program, ["--version"], setting.Directory);
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
