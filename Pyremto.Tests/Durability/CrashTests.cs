using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

/// <summary>S14 under <c>kill -9</c>: what was acknowledged is there.</summary>
public sealed class CrashTests
{
    private const int Kills = 30;
    private const int Jobs = 40_000;
    private const int N = 3;

    [Fact]
    public async Task S14_kill_9_at_random_moments_loses_nothing_that_was_acknowledged_and_hands_out_nothing_beyond_N()
    {
        using var directory = new TempDirectory();
        var database = directory.File("jobs.db");
        await SetUpAsync(database);
        var random = new Random(20_261_122);
        var handedOut = new Dictionary<int, int>();
        var done = new HashSet<int>();
        for (var kill = 0; kill < Kills; kill++)
        {
            foreach (var line in await RunUntilDeadAsync(database, afterLines: random.Next(1, 1500), lastCommit: kill % 6 == 5 ? random.Next(3, 100) : 0))
            {
                switch (line.Split(' '))
                {
                    case ["HandedOut", var job, var attempt]:
                        handedOut[int.Parse(job)] = Math.Max(handedOut.GetValueOrDefault(int.Parse(job)), int.Parse(attempt));
                        break;
                    case ["Accepted", var job] when int.Parse(job) % 7 != 6:
                        done.Add(int.Parse(job));
                        break;
                }
            }
            await CheckAsync(database, handedOut, done);
        }
        done.Count.Should().BeGreaterThan(Kills, "the workers were to get something done between the kills");
    }

    private static async Task SetUpAsync(string database)
    {
        await using var scheduler = await OpenAsync(database);
        await scheduler.CreateTagAsync(new CreateTag { Tag = CrashVictim.Tag }, CancellationToken.None);
        await scheduler.SetUpJobsAsync(new TagAccess(CrashVictim.Tag), Make.SetUp(Jobs, N), CancellationToken.None);
    }

    /// <summary>
    /// Starts a coordinator that is killed after so many acknowledgements, or kills itself right before a commit, when an answer that
    /// leaves too early is out already. Answers with all that came out of it.
    /// </summary>
    private static async Task<List<string>> RunUntilDeadAsync(string database, int afterLines, int lastCommit)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(CrashTests).Assembly.Location, CrashVictim.Verb, database, lastCommit.ToString() },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var lines = new List<string>();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((lastCommit > 0 || lines.Count < afterLines) && await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            lines.Add(line);
        if (lines.Count == 0)
        {
            // One that dies at its third commit may have answered nobody yet who had the time to write it down.
            var words = await process.StandardError.ReadToEndAsync(deadline.Token);
            if (lastCommit == 0 || words.Length > 0)
                throw new InvalidOperationException($"The coordinator did not start: {words}");
        }
        if (lastCommit == 0)
            process.Kill(); // SIGKILL
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            lines.Add(line);
        await process.WaitForExitAsync(deadline.Token);
        return [.. lines.Where(line => line.Split(' ') is [not "HandedOut", _] or ["HandedOut", _, not ""])];
    }

    private static async Task CheckAsync(string database, Dictionary<int, int> handedOut, HashSet<int> done)
    {
        await using var scheduler = await OpenAsync(database);
        var tag = new TagAccess(CrashVictim.Tag);
        var results = new HashSet<int>();
        await foreach (var result in scheduler.GetResultsAsync(tag, new ResultQuery(), CancellationToken.None))
        {
            results.Add(result.JobId).Should().BeTrue("a job has one result");
            result.Result.Should().Be(CrashVictim.ResultOf(result.JobId));
        }
        done.Except(results).Should().BeEmpty("a result that was acknowledged is kept");
        var kept = new Dictionary<int, int>();
        for (int? after = -1; after is { } id;)
        {
            var page = await scheduler.GetJobsAsync(tag, new JobQuery { After = id, Limit = 1000 }, CancellationToken.None);
            foreach (var job in page.Jobs.Where(job => job.Attempts.Count > 0))
            {
                kept[job.JobId] = job.Attempts.Max(attempt => attempt.Attempt);
                job.Spent.Should().BeLessThanOrEqualTo(N);
                job.Attempts.Should().HaveCountLessThanOrEqualTo(N, "nothing is handed out beyond N (S3)");
                job.Attempts.Should().NotContain(attempt => attempt.State == HandOutState.Live, "its workers ended with the coordinator (S10)");
            }
            after = page.Jobs is [.., { Attempts.Count: 0 }] ? null : page.Next; // behind the first that nobody had, nobody had any
        }
        handedOut.Where(acknowledged => kept.GetValueOrDefault(acknowledged.Key) < acknowledged.Value)
            .Should().BeEmpty("a hand-out that was acknowledged is kept");
    }

    private static async Task<JobScheduler> OpenAsync(string database)
    {
        var scheduler = new JobScheduler(
            JournaledJobStore.Sqlite(database, TimeProvider.System, NullLogger.Instance), new PyremtoOptions(), TimeProvider.System,
            new SeededRandom(1), NullLogger<JobScheduler>.Instance);
        await scheduler.StartAsync(CancellationToken.None);
        return scheduler;
    }
}
