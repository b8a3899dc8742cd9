using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

/// <summary>
/// A coordinator under load that is there to be killed: each answer that its workers get is written to stdout before they go on, so
/// that whoever reads there knows what was acknowledged.
/// </summary>
internal static class CrashVictim
{
    public const string Verb = "crash-victim";
    public const string Tag = "crash";
    public const int Workers = 16;

    public static JsonText ResultOf(int jobId) => JsonText.Parse($$"""{"square":{{(long)jobId * jobId}}}""");

    /// <param name="database">The file.</param>
    /// <param name="lastCommit">The commit before which the process dies by itself; 0 if it waits to be killed.</param>
    public static async Task RunAsync(string database, int lastCommit)
    {
        IStoreJournal journal = new SqliteJournal(database, TimeProvider.System, NullLogger.Instance);
        if (lastCommit > 0)
            journal = new FatalJournal(journal, lastCommit);
        await using var store = new JournaledJobStore(new GroupCommitExecutor(journal, TimeProvider.System, NullLogger.Instance));
        await using var scheduler = new JobScheduler(
            store, new PyremtoOptions(), TimeProvider.System, new SeededRandom(Environment.ProcessId), NullLogger<JobScheduler>.Instance);
        await scheduler.StartAsync(CancellationToken.None);
        using var acknowledged = Console.OpenStandardOutput();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(slot => Task.Run(() => WorkAsync(scheduler, acknowledged, slot))));
    }

    private static async Task WorkAsync(IJobScheduler scheduler, Stream acknowledged, int slot)
    {
        var request = new ExchangeRequest { Tags = [new TagAccess(Tag)], Worker = $"victim:{Environment.ProcessId}:{slot}", InProcess = true };
        for (var exchange = 0; ; exchange++)
        {
            var answer = await scheduler.ExchangeAsync(request with { RequestId = $"{exchange}" }, CancellationToken.None);
            var lines = new StringBuilder();
            foreach (var outcome in answer.Outcomes)
                lines.Append($"{outcome.Outcome} {outcome.JobId}\n");
            foreach (var job in answer.Jobs)
                lines.Append($"HandedOut {job.JobId} {job.Attempt}\n");
            if (lines.Length == 0)
                return;
            var bytes = Encoding.ASCII.GetBytes(lines.ToString()); // below PIPE_BUF: lines of several workers do not mix
            await acknowledged.WriteAsync(bytes);
            request = request with
            {
                Done = [.. answer.Jobs.Where(job => job.JobId % 7 != 6).Select(job => new DoneReport(job.JobId, ResultOf(job.JobId), job.Attempt))],
                Failed = [.. answer.Jobs.Where(job => job.JobId % 7 == 6).Select(job => new FailedReport(job.JobId, "seven", Attempt: job.Attempt))],
            };
        }
    }
}
