using System.Diagnostics;
using System.Globalization;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Samples;

/// <summary>The sample with worker processes, some of which are killed.</summary>
public sealed class SearchInProcessesTests : IDisposable
{
    private const string BestOf64 = "Best: alpha = 0.719686, gamma = 0.019307, mean squared error = 2897.0303";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly TempDirectory _directory = new();
    private readonly CancellationTokenSource _deadline = new(Deadline);

    private SearchLog Log => new(_directory.File("hyperparameter-search.log"));

    public void Dispose()
    {
        _deadline.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task With_four_processes_the_search_ends_complete_and_the_log_says_which_job_went_to_whom()
    {
        await using var search = Start("--processes", "4");

        await ShouldEndCompleteAsync(search);

        Log.Processes().Should().HaveCount(4).And.OnlyHaveUniqueItems();
        Log.HandOuts().Select(handOut => handOut.Process).Should().OnlyContain(process => Log.Processes().Contains(process));
        Log.HandOuts().Where(handOut => handOut.Attempt == 1).Select(handOut => handOut.Job).Should().BeEquivalentTo(Enumerable.Range(0, 64));
        DoneBy().Should().OnlyContain(done => Log.HandOuts().Any(given => given.Job == done.Job && given.Process == done.Process));
        Log.Processes().Should().NotContain(process => SearchLog.IsAlive(process));
    }

    [Fact]
    public async Task S10_when_a_worker_process_is_killed_half_way_its_job_goes_to_another_and_the_search_ends_complete()
    {
        await using var search = Start("--processes", "4");
        await search.ReadUntilDoneAsync(20);
        var victim = Log.HandOuts()[0].Process; // it has a job from now to the end: with a result it asks for the next
        Kill(victim);

        await ShouldEndCompleteAsync(search);

        var had = Log.HandOuts().Where(given => given.Process == victim).Select(given => given.Job)
            .Except(DoneBy().Where(done => done.Process == victim).Select(done => done.Job)).ToArray();
        had.Should().ContainSingle("it was killed while it had a job");
        Log.HandOuts().Where(given => given.Job == had[0] && given.Process != victim).Should().NotBeEmpty("the job was given to another");
        Log.Read().Should().Contain($"Worker process {victim} died (exit code 137).");
        Log.Processes().Should().HaveCount(5, "another process takes its place");
        search.Output.Should().Contain(line => line.Contains($"Worker process {victim} died"), "that is told to the user, too");
    }

    [Fact]
    public async Task Where_one_worker_process_after_the_other_dies_the_search_ends_with_words_and_what_is_done_is_kept()
    {
        await using var search = Start("--processes", "1");
        for (var start = 1; start <= 6; start++)
            Kill(await Log.WaitForProcessAsync(start, _deadline.Token));

        var (exitCode, output, errors) = await search.WaitForExitAsync();

        exitCode.Should().Be(1, output);
        errors.Should().Contain("All worker processes have died").And.Contain(_directory.File("hyperparameter-search.log"));
        Log.Processes().Should().HaveCount(6);
        Log.Read().Should().Contain("6 worker processes died one after the other; no other takes their place.");
        await ShouldDoTheRestAsync(seen: 0);
    }

    [Fact]
    public async Task Ctrl_C_ends_all_processes_in_order_and_the_next_run_does_the_rest()
    {
        await using var search = Start("--processes", "2");
        var seen = await search.ReadUntilDoneAsync(20);
        await search.InterruptAsync();

        var (exitCode, output, errors) = await search.WaitForExitAsync();

        exitCode.Should().Be(130, output);
        errors.Should().BeEmpty();
        output.Should().Contain("Interrupted.").And.NotContain("died").And.NotContain("Best:");
        Log.Processes().Should().HaveCount(2).And.NotContain(process => SearchLog.IsAlive(process));
        await ShouldDoTheRestAsync(seen);
    }

    [Fact]
    public async Task When_the_coordinator_is_killed_its_worker_processes_end_by_themselves_and_the_next_run_does_the_rest()
    {
        await using var search = Start("--processes", "2");
        var seen = await search.ReadUntilDoneAsync(20);
        search.Kill();
        await search.WaitForExitAsync();

        await WaitForEndAsync(Log.Processes());
        await ShouldDoTheRestAsync(seen);
    }

    [Fact]
    public async Task A_search_that_is_done_starts_no_worker_process_to_print_its_answer_again()
    {
        await using var first = Start("--processes", "2");
        await ShouldEndCompleteAsync(first);
        await using var second = Start("--processes", "2", "--log", "second.log");

        await ShouldEndCompleteAsync(second);

        var log = new SearchLog(_directory.File("second.log"));
        log.Processes().Should().BeEmpty();
        log.HandOuts().Should().BeEmpty();
    }

    private SearchProcess Start(params IEnumerable<string> arguments) => SearchProcess.Start(_directory.Path, ["--grid", "8", .. arguments]);

    private async Task ShouldEndCompleteAsync(SearchProcess search)
    {
        var (exitCode, output, errors) = await search.WaitForExitAsync();

        errors.Should().BeEmpty();
        exitCode.Should().Be(0, output);
        output.Should().Contain("64 of 64 done").And.Contain(BestOf64);
        DoneBy().Select(done => done.Job).Should().BeEquivalentTo(Enumerable.Range(0, 64));
    }

    private async Task ShouldDoTheRestAsync(int seen)
    {
        var before = Log.Processes();
        await using var second = Start("--processes", "2", "--log", "second.log");

        await ShouldEndCompleteAsync(second);

        var log = new SearchLog(_directory.File("second.log"));
        var kept = DoneBy().Where(done => before.Contains(done.Process)).Select(done => done.Job).ToArray();
        kept.Length.Should().BeGreaterThanOrEqualTo(seen, "what was shown as done stays done");
        DoneBy().Count(done => log.Processes().Contains(done.Process)).Should().Be(64 - kept.Length);
        log.HandOuts().Select(given => given.Job).Should().NotIntersectWith(kept, "only what is left is done");
    }

    /// <summary>Which process did which job, as the results say.</summary>
    private (int Job, int Process)[] DoneBy() =>
    [
        .. File.ReadAllLines(_directory.File("hyperparameter-search.csv"))[1..]
            .Select(row => row.Split(','))
            .Select(cells => (Number(cells[0]), Number(cells[3].Split(':')[1]))),
    ];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Kill(int process)
    {
        using var victim = Process.GetProcessById(process);
        victim.Kill();
    }

    /// <summary>The processes are nobody's children any more, so that nothing tells of their end.</summary>
    private async Task WaitForEndAsync(IReadOnlyList<int> processes)
    {
        processes.Should().NotBeEmpty();
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (processes.Any(SearchLog.IsAlive))
            await look.WaitForNextTickAsync(_deadline.Token);
    }
}
