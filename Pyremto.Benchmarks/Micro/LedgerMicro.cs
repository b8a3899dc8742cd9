using BenchmarkDotNet.Attributes;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Micro;

/// <summary>Decisions of the ledger alone, for each job.</summary>
[MemoryDiagnoser]
public class LedgerMicro
{
    private const string Worker = "host:4711:slot:0123456789";
    private static readonly DoneReport Done = new(0, JsonText.Parse(Sample.Result));
    private TagLedger _ledger = null!;

    [Params(10_000, 1_000_000)]
    public int Jobs { get; set; }

    [IterationSetup]
    public void SetUp() =>
        _ledger = new TagLedger(Jobs, new LedgerSettings(3, 60_000_000, RedistributionPolicy.WhenIdle, Paused: false), Forgetful.Instance, Forgetful.Instance);

    /// <summary>10,000 jobs obtained and done.</summary>
    [Benchmark(OperationsPerInvoke = 10_000)]
    public int Cycle()
    {
        var last = 0;
        for (var i = 0; i < 10_000; i++)
        {
            last = _ledger.Claim(Worker, inProcess: true, requestId: null, now: i);
            _ledger.TakeDone(Done with { JobId = last }, Worker, inProcess: true, now: i);
        }

        return last;
    }
}
