using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>What the ledger keeps on the heap for a job.</summary>
internal sealed class LedgerMemory : IBenchmark
{
    private const int Workers = 1_000;

    public string Name => "ledger-memory";

    public string Summary => "ledger: bytes of heap a job with 1,000,000 waiting, all done, and more for a live hand-out";

    public Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = setting.Size(1_000_000);
        var workers = Array.ConvertAll(new int[Workers], _ => "");
        for (var i = 0; i < workers.Length; i++)
            workers[i] = $"host:4711:slot-{i}:{i:0000000000}";
        var done = new DoneReport(0, JsonText.Parse(Sample.Result));

        var waiting = Growth(() => New(jobs), jobs);
        var allDone = Growth(() => Work(New(jobs), jobs, workers[0], done), jobs);
        var live = Growth(() => HandOut(New(jobs), jobs, workers), jobs);
        return Task.FromResult<IReadOnlyList<Line>>(
        [
            new($"ledger, {jobs:N0} jobs waiting", "B/job", waiting, Compare: Compare.AtMost, Limit: 64),
            new($"ledger, {jobs:N0} jobs done", "B/job", allDone, Compare: Compare.AtMost, Limit: 64),
            new($"ledger, a live hand-out more, request id included", "B", live - waiting, Compare: Compare.AtMost, Limit: 200),
        ]);
    }

    private static TagLedger New(int jobs) =>
        new(jobs, new LedgerSettings(3, 60_000_000, RedistributionPolicy.WhenIdle, Paused: false), Forgetful.Instance, Forgetful.Instance);

    private static TagLedger Work(TagLedger ledger, int jobs, string worker, DoneReport done)
    {
        for (var i = 0; i < jobs; i++)
        {
            var job = ledger.Claim(worker, inProcess: true, $"{i}", now: i);
            ledger.TakeDone(done with { JobId = job }, worker, inProcess: true, now: i);
        }

        return ledger;
    }

    private static TagLedger HandOut(TagLedger ledger, int jobs, string[] workers)
    {
        for (var i = 0; i < jobs; i++)
            ledger.Claim(workers[i % workers.Length], inProcess: true, $"{i:0000000000}", now: i);
        return ledger;
    }

    /// <summary>By how much the heap has grown when <paramref name="make"/> is over, for each job.</summary>
    private static double Growth(Func<TagLedger> make, int jobs)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var ledger = make();
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(ledger);
        return (after - before) / (double)jobs;
    }
}
