using System.Text;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Floors;

/// <summary>The floors alone, to know the machine before anything of ours is measured on it.</summary>
internal sealed class FloorBenchmarks : IBenchmark
{
    public string Name => "floors";

    public string Summary => "the machine alone: 4 KiB append + fdatasync, the plain SQLite queue, bare inserts";

    public Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var inserts = Array.ConvertAll(Sample.Descriptions(setting.Size(1_000_000)), Encoding.UTF8.GetBytes);
        return Task.FromResult<IReadOnlyList<Line>>(
        [
            new("4 KiB append + fdatasync", "/s", AppendFloor.Run(setting.Directory, setting.Size(2_000))),
            new("plain SQLite queue, 64 cycles a transaction", "cycles/s", PlainSqliteQueue.Run(setting.Directory, Sample.Descriptions(setting.Size(50_000)), Sample.Result)),
            new("bare inserts, one transaction", "rows/s", BareInserts.Run(setting.Directory, inserts)),
        ]);
    }
}
