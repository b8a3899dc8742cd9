namespace Pyremto.Benchmarks.Harness;

/// <summary>
/// Works a tag's jobs off: one exchange a job, which brings the last result and takes the next job, so N jobs are N + 1 calls of a
/// worker alone. Every request has an id of its own, as a real worker's has.
/// </summary>
internal static class Cycles
{
    private static readonly JsonText Result = JsonText.Parse(Sample.Result);

    /// <summary>Cycles a second through the public scheduler. Fails if a job was not done, or was handed out twice.</summary>
    public static async Task<double> RunAsync(IJobScheduler scheduler, TagAccess tag, int workers)
    {
        IReadOnlyList<TagAccess> tags = [tag];
        var elapsed = await RunAsync(request => scheduler.ExchangeAsync(request, CancellationToken.None), tags, workers);
        return Rate(await scheduler.GetProgressAsync(tag, CancellationToken.None), elapsed);
    }

    /// <summary>The same with one worker for each scheduler, which may take several jobs a trip.</summary>
    public static async Task<double> RunAsync(IReadOnlyList<IJobScheduler> schedulers, TagAccess tag, int count = 1)
    {
        IReadOnlyList<TagAccess> tags = [tag];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(schedulers.Select((scheduler, worker) => Task.Run(
            () => WorkAsync(request => scheduler.ExchangeAsync(request, CancellationToken.None), tags, $"bench-{worker}", count))));
        var elapsed = watch.Elapsed;
        return Rate(await schedulers[0].GetProgressAsync(tag, CancellationToken.None), elapsed);
    }

    /// <summary>The same through a store alone.</summary>
    public static async Task<double> RunAsync(IJobStore store, TagRecord tag, int workers)
    {
        var elapsed = await RunAsync(request => store.ExchangeAsync(tag.Alone, request, CancellationToken.None), [new(tag.Name)], workers);
        return Rate(await store.GetProgressAsync(tag, [], CancellationToken.None), elapsed);
    }

    private static async Task<TimeSpan> RunAsync(
        Func<ExchangeRequest, ValueTask<ExchangeAnswer>> exchange, IReadOnlyList<TagAccess> tags, int workers)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => WorkAsync(exchange, tags, $"bench-{worker}"))));
        return watch.Elapsed;
    }

    private static async Task WorkAsync(
        Func<ExchangeRequest, ValueTask<ExchangeAnswer>> exchange, IReadOnlyList<TagAccess> tags, string worker, int count = 1)
    {
        IReadOnlyList<DoneReport> done = [];
        for (var request = 0; ; request++)
        {
            var answer = await exchange(new ExchangeRequest
            {
                Tags = tags,
                Worker = worker,
                InProcess = true,
                RequestId = request.ToString(),
                Wait = TimeSpan.FromSeconds(30),
                Count = count,
                Done = done,
            });
            if (!answer.HasJob)
                return;
            done = answer.Jobs is [var job]
                ? [new DoneReport(job.JobId, Result, job.Attempt)]
                : [.. answer.Jobs.Select(one => new DoneReport(one.JobId, Result, one.Attempt))];
        }
    }

    private static double Rate(TagProgress progress, TimeSpan elapsed)
    {
        if (progress.Done != progress.Total || progress.Redistributed != 0)
            throw new InvalidOperationException(
                $"{progress.Done} of {progress.Total} done, {progress.Redistributed} handed out again: the rate means nothing.");
        return progress.Total / elapsed.TotalSeconds;
    }
}
