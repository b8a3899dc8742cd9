using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>Both stores without the scheduler around them, to see which of the two costs what.</summary>
internal sealed class StoresAlone : IBenchmark
{
    private const int ManyWorkers = 32;

    public string Name => "stores";

    public string Summary => "both stores alone, without the scheduler: cycles/s, beside their floors, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var descriptions = Sample.Descriptions(setting.Size(100_000));
        var many = Array.ConvertAll(descriptions, JsonText.Parse);
        var few = many[..setting.Size(3_000)];
        var (memory, group, alone, plain, append) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(5); round++)
        {
            memory.Add(await OneAsync(JournaledJobStore.InMemory(TimeProvider.System), many, workers: 1));
            plain.Add(PlainSqliteQueue.Run(setting.Directory, descriptions, Sample.Result));
            group.Add(await OneAsync(Sqlite(setting, $"group-{round}"), many, ManyWorkers));
            append.Add(AppendFloor.Run(setting.Directory, few.Length));
            alone.Add(await OneAsync(Sqlite(setting, $"alone-{round}"), few, workers: 1));
        }

        return
        [
            new("store in memory, 1 worker", "cycles/s", Sample.Median(memory)),
            new("SQLite store, 32 workers / plain queue", "cycles/s", Sample.Median(group), Sample.Median(plain)),
            new("SQLite store, 1 worker / append + fdatasync", "cycles/s", Sample.Median(alone), Sample.Median(append)),
        ];
    }

    private static JournaledJobStore Sqlite(Setting setting, string name) =>
        JournaledJobStore.Sqlite(Path.Combine(setting.Directory, $"{name}.db"), TimeProvider.System, NullLogger.Instance);

    private static async Task<double> OneAsync(JournaledJobStore store, JsonText[] jobs, int workers)
    {
        await using (store)
        {
            await store.OpenAsync(CancellationToken.None);
            var record = new TagRecord { Name = "bench", Instance = new Guid(1, 2, 3, new byte[8]), ViewKey = new byte[32], CreatedAt = TimeProvider.System.GetUtcNow() };
            var tag = await store.CreateTagAsync(record, CancellationToken.None);
            await store.SetUpJobsAsync(tag, new JobSetup { Jobs = jobs }, CancellationToken.None);
            GC.Collect();
            return await Cycles.RunAsync(store, tag, workers);
        }
    }
}
