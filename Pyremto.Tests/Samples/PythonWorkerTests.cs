using Pyremto.Tests.Architecture;
using Pyremto.Tests.Transport.Http;
using Pyremto.Tests.Transport.Http.PyremtoV2;

namespace Pyremto.Tests.Samples;

/// <summary>The sample worker in Python, as a real process against a real coordinator.</summary>
public sealed class PythonWorkerTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly string Samples = Path.Combine(RepositoryRoot.Path, "samples", "python");
    private static readonly string Script = Path.Combine(RepositoryRoot.Path, "Pyremto.Tests", "Samples", "worker_script.py");

    private V2Server _server = null!;

    public async Task InitializeAsync() => _server = await V2Server.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [SkippableFact]
    public async Task As_a_program_it_does_what_its_text_says()
    {
        await PythonProcess.RequirePythonAsync();
        var access = await _server.SetUpAsync("größer&größer?", jobs: 3, password: "Schlüssel");

        var output = await PythonProcess.RunAsync(Path.Combine(Samples, "worker.py"), _server.Address.ToString(), access.Tag, "Schlüssel");

        output.Should().Be("job 0, attempt 1: done\njob 1, attempt 1: done\njob 2, attempt 1: done\n3 jobs done\n");
        var results = await ResultsAsync(access);
        results.Select(result => result.Result.ToString()).Should().Equal("""{"sum":0}""", """{"sum":1}""", """{"sum":2}""");
        results.Select(result => result.Worker).Distinct(StringComparer.Ordinal).Should().ContainSingle().Which.Should().MatchRegex("^[^:]+:[0-9]+:python:[0-9a-f]{16}$");
    }

    [SkippableFact]
    public async Task Refusals_end_it_with_words()
    {
        await PythonProcess.RequirePythonAsync();
        await _server.SetUpAsync("svr", jobs: 1, password: "secret");

        var (exitCode, _, errors) = await PythonProcess.TryAsync(Path.Combine(Samples, "worker.py"), _server.Address.ToString(), "svr", "wrong");

        exitCode.Should().Be(4);
        errors.Should().Be("The password for the tag 'svr' is wrong. (wrong_password)\n");
    }

    [SkippableFact]
    public async Task Lost_requests_and_lost_answers_cost_no_attempt()
    {
        await PythonProcess.RequirePythonAsync();
        var access = await _server.SetUpAsync("svr", jobs: 10, n: 1);
        await using var proxy = new LossyProxy(_server.Address.Port, connection => connection is 1 or 6 ? LossyProxy.Loss.Request
            : connection is 2 or 5 or 9 ? LossyProxy.Loss.Answer
            : LossyProxy.Loss.Nothing);

        await RunAsync("square-all", proxy.Address, "svr");

        proxy.Accepted.Should().BeGreaterThanOrEqualTo(11 + 5);
        (await ResultsAsync(access)).Select(result => result.Result.ToString()) // S8
            .Should().Equal(Enumerable.Range(0, 10).Select(x => $$"""{"square":{{x * x}},"attempt":1}"""));
        (await ProgressAsync(access)).Should().BeEquivalentTo(new { Done = 10, Redistributed = 0, DuplicateResults = 0L });
    }

    [SkippableFact]
    public async Task A_coordinator_that_stays_away_ends_its_patience()
    {
        await PythonProcess.RequirePythonAsync();
        await using var proxy = new LossyProxy(_server.Address.Port, _ => LossyProxy.Loss.Request);

        (await RunAsync("impatient", proxy.Address, "svr")).Should().StartWith("The coordinator does not answer: ");
    }

    [SkippableFact]
    public async Task Jobs_are_done_failed_given_back_and_left()
    {
        await PythonProcess.RequirePythonAsync();
        await _server.CreateAsync("svr");
        var access = new TagAccess("svr");
        string[] what = ["do", "fail", "fail for good", "release", "leave", "too large"];
        var setup = new JobSetup { Jobs = [.. what.Select(it => JsonText.Parse($$"""{"do":"{{it}}"}"""))], MaxRedistributionAttempts = 2 };
        await _server.Scheduler.SetUpJobsAsync(access, setup, CancellationToken.None);

        var (exitCode, _, errors) = await PythonProcess.TryAsync(Script, Samples, "mixed", _server.Address.ToString(), "svr");

        exitCode.Should().Be(0);
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(2)
            .And.OnlyContain(line => line.StartsWith("The result of job 5 was refused: Too large:", StringComparison.Ordinal));

        var jobs = (await _server.Scheduler.GetJobsAsync(access, new JobQuery(), CancellationToken.None)).Jobs;
        jobs.Select(job => (job.State, job.Spent)).Should().Equal(
            (JobState.Done, 1), (JobState.Exhausted, 2), (JobState.Exhausted, 2), (JobState.Done, 1), (JobState.Done, 1), (JobState.Exhausted, 2)); // S9
        jobs[1].Attempts.Should().OnlyContain(attempt => attempt.State == HandOutState.Failed && attempt.Error == "it broke");
        jobs[2].Attempts.Should().ContainSingle().Which.Error.Should().Be("it cannot work");
        jobs[5].Attempts.Should().OnlyContain(attempt => attempt.State == HandOutState.Failed && attempt.Error!.StartsWith("Too large", StringComparison.Ordinal));
        var results = await ResultsAsync(access);
        results[0].Result.ToString().Should().Be("""{"loss":null,"list":[1,null],"seen":1}"""); // S13
        results[1].Result.ToString().Should().EndWith("\"seen\":2}");
        results.Should().HaveCount(3);
    }

    [SkippableFact]
    public async Task An_exception_fails_the_job_with_its_text()
    {
        await PythonProcess.RequirePythonAsync();
        var access = await _server.SetUpAsync("svr", jobs: 1);

        var (exitCode, _, errors) = await PythonProcess.TryAsync(Script, Samples, "raising", _server.Address.ToString(), "svr");

        exitCode.Should().Be(1);
        errors.Should().Contain("ValueError: no such model");
        var job = (await _server.Scheduler.GetJobsAsync(access, new JobQuery(), CancellationToken.None)).Jobs.Single();
        job.State.Should().Be(JobState.Exhausted);
        job.Attempts.Single().Error.Should().Be("ValueError: no such model");
    }

    [SkippableFact]
    public async Task Signs_of_life_keep_a_long_job_and_tell_that_it_is_not_needed_any_more()
    {
        await PythonProcess.RequirePythonAsync();
        await _server.CreateAsync("svr");
        var access = new TagAccess("svr");
        await _server.Scheduler.SetUpJobsAsync(
            access, new JobSetup { Jobs = [JsonText.Parse("{}")], Lease = TimeSpan.FromSeconds(1) }, CancellationToken.None);
        using var worker = PythonProcess.Start(Script, Samples, "until-cancelled", _server.Address.ToString(), "svr");
        (await worker.StandardOutput.ReadLineAsync().WaitAsync(Deadline)).Should().Be("has a job");

        for (var beat = 0; beat < 3; beat++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(0.9));
            await SeenAsync(access, _server.Time.GetUtcNow());
        }
        (await ProgressAsync(access)).Should().BeEquivalentTo(new { InProgress = 1, Waiting = 0 }); // S10

        await _server.Scheduler.CancelAsync(access, jobIds: null, CancellationToken.None);
        (await worker.StandardOutput.ReadLineAsync().WaitAsync(Deadline)).Should().Be("is told"); // S11
        await worker.WaitForExitAsync().WaitAsync(Deadline);
        worker.ExitCode.Should().Be(0);
    }

    [SkippableFact]
    public async Task An_interrupt_gives_the_job_back()
    {
        await PythonProcess.RequirePythonAsync();
        var access = await _server.SetUpAsync("svr", jobs: 1);
        using var worker = PythonProcess.Start(Script, Samples, "until-cancelled", _server.Address.ToString(), "svr");
        (await worker.StandardOutput.ReadLineAsync().WaitAsync(Deadline)).Should().Be("has a job");

        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", worker.Id.ToString()]);
        await worker.WaitForExitAsync().WaitAsync(Deadline);

        var job = (await _server.Scheduler.GetJobsAsync(access, new JobQuery(), CancellationToken.None)).Jobs.Single();
        (job.State, job.Spent, job.Attempts.Single().State).Should().Be((JobState.Waiting, 0, HandOutState.Released)); // S9
    }

    /// <summary>Completes when the one worker was seen at that time.</summary>
    private async Task SeenAsync(TagAccess access, DateTimeOffset at)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while ((await ProgressAsync(access)).Workers.Single().LastSeen < at)
            await Task.Delay(TimeSpan.FromMilliseconds(10), deadline.Token);
    }

    private static Task<string> RunAsync(string verb, Uri address, string tag) =>
        PythonProcess.RunAsync(Script, Samples, verb, address.ToString(), tag);

    private async Task<TagProgress> ProgressAsync(TagAccess access) => await _server.Scheduler.GetProgressAsync(access, CancellationToken.None);

    private async Task<List<JobResult>> ResultsAsync(TagAccess access) =>
        await _server.Scheduler.GetResultsAsync(access, new ResultQuery(), CancellationToken.None).ToListAsync();
}
