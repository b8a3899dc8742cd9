using Pyremto.Tests.Support;

namespace Pyremto.Tests.Samples;

/// <summary>The real sample, built and run as its users run it.</summary>
public sealed class HyperparameterSearchTests : IDisposable
{
    private const string BestOf144 = "Best: alpha = 0.351119, gamma = 0.0151991, mean squared error = 2900.2928";
    private const string BestOf64 = "Best: alpha = 0.719686, gamma = 0.019307, mean squared error = 2897.0303";
    private static readonly string[] Alone = ["--processes", "0"];

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_full_search_ends_with_the_best_the_five_best_and_where_all_results_lie()
    {
        await using var search = SearchProcess.Start(_directory.Path);

        var (exitCode, output, errors) = await search.WaitForExitAsync();

        errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        output.Should().Contain("144 of 144 done").And.Contain(BestOf144).And.Contain("The five best of 144:");
        output.Should().Contain($"Full results: {_directory.File("hyperparameter-search.csv")}");
        output.Should().NotContain("\u001b", "the output is no terminal");
        Rows().Should().HaveCount(144).And.NotContain(row => IsOf(search.Id, row), "by default worker processes do the jobs");
    }

    [Fact]
    public async Task After_Ctrl_C_half_way_only_what_is_left_is_done_and_the_answer_is_the_same()
    {
        await using var first = SearchProcess.Start(_directory.Path, [.. Alone, "--grid", "8", "--workers", "1"]);
        var seen = await first.ReadUntilDoneAsync(20);
        await first.InterruptAsync();
        var (exitCode, output, errors) = await first.WaitForExitAsync();

        exitCode.Should().Be(130);
        errors.Should().BeEmpty();
        output.Should().Contain("Interrupted.").And.NotContain("Best:");
        await ShouldDoOnlyTheRestAsync(first.Id, seen);
    }

    [Fact]
    public async Task After_kill_9_half_way_only_what_is_left_is_done_and_the_answer_is_the_same()
    {
        await using var first = SearchProcess.Start(_directory.Path, [.. Alone, "--grid", "8", "--workers", "1"]);
        var seen = await first.ReadUntilDoneAsync(20);
        first.Kill();
        await first.WaitForExitAsync();

        await ShouldDoOnlyTheRestAsync(first.Id, seen);
    }

    [Fact]
    public async Task A_search_that_is_done_prints_its_answer_again_without_doing_anything_unless_it_is_to_begin_anew()
    {
        string[] small = [.. Alone, "--grid", "2"];
        await using var first = SearchProcess.Start(_directory.Path, small);
        var answer = (await first.WaitForExitAsync()).Output;

        await using var second = SearchProcess.Start(_directory.Path, small);
        var again = (await second.WaitForExitAsync()).Output;
        Rows().Should().HaveCount(4).And.OnlyContain(row => IsOf(first.Id, row));

        await using var third = SearchProcess.Start(_directory.Path, [.. small, "--fresh"]);
        var anew = await third.WaitForExitAsync();
        Rows().Should().HaveCount(4).And.OnlyContain(row => IsOf(third.Id, row));

        Answer(again).Should().Be(Answer(answer));
        Answer(anew.Output).Should().Be(Answer(answer));
        anew.ExitCode.Should().Be(0);
    }

    [Theory]
    [InlineData("There is no option '--worker'.", "--worker", "2")]
    [InlineData("--workers needs a whole number from 1 to 1024, not '0'.", "--workers", "0")]
    [InlineData("--workers needs a whole number from 1 to 1024, not ''.", "--workers")]
    [InlineData("--processes needs a whole number from 0 to 1024, not '-1'.", "--processes", "-1")]
    [InlineData("--processes needs a whole number from 0 to 1024, not '1025'.", "--processes", "1025")]
    [InlineData("--log needs the name of a file.", "--log")]
    [InlineData("The database, the log and the results (.csv beside the database) have to be three files.", "--db", "jobs.log")]
    [InlineData("The database, the log and the results (.csv beside the database) have to be three files.", "--log", "./hyperparameter-search.csv")]
    [InlineData("--grid needs a whole number from 2 to 100, not 'many'.", "--grid", "many")]
    [InlineData("--db needs the name of a file.", "--db", "--fresh")]
    public async Task A_wrong_option_is_named_and_ends_with_2(string message, params string[] arguments)
    {
        await using var search = SearchProcess.Start(_directory.Path, arguments);

        var (exitCode, output, errors) = await search.WaitForExitAsync();

        exitCode.Should().Be(2);
        errors.Should().StartWith(message).And.Contain("--workers N");
        output.Should().BeEmpty();
    }

    [Fact]
    public async Task Help_names_every_option()
    {
        await using var search = SearchProcess.Start(_directory.Path, "--help");

        var (exitCode, output, _) = await search.WaitForExitAsync();

        exitCode.Should().Be(0);
        output.Should().ContainAll("--processes", "--workers", "--db", "--log", "--grid", "--fresh", "--help").And.NotContain("--works-for");
    }

    [Fact]
    public async Task A_database_whose_folder_is_missing_is_refused_with_words()
    {
        await using var search = SearchProcess.Start(_directory.Path, "--db", _directory.File("nowhere/jobs.db"));

        var (exitCode, _, errors) = await search.WaitForExitAsync();

        exitCode.Should().Be(2);
        errors.Should().Contain("nowhere").And.NotContain("   at ");
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_is_refused_with_words()
    {
        await using var search = SearchProcess.Start(_directory.Path, "--log", _directory.File("nowhere/search.log"));

        var (exitCode, _, errors) = await search.WaitForExitAsync();

        exitCode.Should().Be(2);
        errors.Should().Contain("nowhere").And.NotContain("   at ");
    }

    private async Task ShouldDoOnlyTheRestAsync(int firstId, int seen)
    {
        await using var second = SearchProcess.Start(_directory.Path, [.. Alone, "--grid", "8"]);
        var kept = await second.ReadDoneAsync();
        var (exitCode, output, errors) = await second.WaitForExitAsync();

        errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        output.Should().Contain("64 of 64 done").And.Contain(BestOf64);
        kept.Should().BeGreaterThanOrEqualTo(seen, "what was shown as done stays done");
        Rows().Should().HaveCount(64);
        Rows().Count(row => IsOf(firstId, row)).Should().BeGreaterThanOrEqualTo(seen);
        Rows().Count(row => IsOf(second.Id, row)).Should().Be(64 - Rows().Count(row => IsOf(firstId, row)));
    }

    private string[] Rows() => File.ReadAllLines(_directory.File("hyperparameter-search.csv"))[1..];

    /// <summary>Whether the result came from a worker of that process: its id names it.</summary>
    private static bool IsOf(int processId, string row) => row.Contains($":{processId}:", StringComparison.Ordinal);

    private static string Answer(string output) => output[output.IndexOf("Best:", StringComparison.Ordinal)..];
}
