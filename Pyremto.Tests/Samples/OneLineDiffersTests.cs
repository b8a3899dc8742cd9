using System.Diagnostics;
using System.Text.RegularExpressions;
using Pyremto.Tests.Architecture;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Samples;

/// <summary>The programs of the README that share their jobs over a pipe or over HTTP: what stands there is what is built and run here.</summary>
public sealed partial class OneLineDiffersTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("PipeCoordinator", "PipeWorker", 2, 7)]
    [InlineData("PipeWorker", "HttpWorker", 1, 1)]
    [InlineData("PipeCoordinator", "HttpWorker", 0, 0)]
    public void One_line_differs_and_the_README_shows_which_word_for_word(string from, string to, int linesBefore, int linesAfter)
    {
        var one = SourceOf(from);
        var other = SourceOf(to);

        var different = Enumerable.Range(0, one.Length).Where(line => one[line] != other.ElementAtOrDefault(line)).ToArray();

        other.Should().HaveSameCount(one);
        var at = different.Should().ContainSingle().Subject;
        if (linesBefore == 0)
            return; // the README shows it in two steps
        string[] diff = [.. Same(one[(at - linesBefore)..at]), $"-{one[at]}", $"+{other[at]}", .. Same(one[(at + 1)..(at + 1 + linesAfter)])];
        Readme().Should().Contain($"```diff\n{string.Join('\n', diff)}\n```\n");
    }

    [Fact]
    public async Task Over_a_pipe_they_share_the_jobs_and_both_print_the_same_answer()
    {
        using var directory = new TempDirectory();
        using var worker = Start("PipeWorker", directory.Path); // it waits for the other
        using var coordinator = Start("PipeCoordinator", directory.Path);

        await ShouldShareTheJobsAsync(coordinator, worker);
    }

    [Fact]
    public async Task Over_HTTP_two_workers_share_the_jobs_of_a_coordinator_that_has_none_of_their_code()
    {
        Readme().Should().Contain(
            """

            dotnet run -c Release --project samples/Coordinator
            dotnet run -c Release --project samples/HttpWorker
            dotnet run -c Release --project samples/HttpWorker

            """.ReplaceLineEndings("\n"));
        using var directory = new TempDirectory();
        using var coordinator = Start("Coordinator", directory.Path, "http://localhost:0");
        var address = await ReadAsync(coordinator, Listening());
        using var one = Start("HttpWorker", directory.Path, address.Groups["address"].Value);
        using var other = Start("HttpWorker", directory.Path, address.Groups["address"].Value);

        await ShouldShareTheJobsAsync(one, other);
    }

    private static async Task ShouldShareTheJobsAsync(params RunningProgram[] programs)
    {
        var answers = await Task.WhenAll(programs.Select(program => ReadAsync(program, Answer())));

        answers.Select(answer => answer.Groups["best"].Value).Should().OnlyContain(best => best == "Params { X = 3, Y = -1 }");
        var here = answers.Select(answer => int.Parse(answer.Groups["here"].Value)).ToArray();
        here.Should().OnlyContain(jobs => jobs > 0, "each of them does some");
        here.Sum().Should().Be(121, "each job counts once");
    }

    private static string Readme() => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "README.md"));

    private static string[] SourceOf(string program) =>
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "samples", program, "Program.cs")).Split('\n');

    private static IEnumerable<string> Same(IEnumerable<string> lines) => lines.Select(line => $" {line}");

    /// <summary>Where they keep their pipe, no other run of the same programs finds it.</summary>
    private static RunningProgram Start(string program, string directory, params string[] arguments) =>
        new(Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["TMPDIR"] = directory },
        })!);

    private static async Task<Match> ReadAsync(RunningProgram program, Regex expected)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (await program.Output.ReadLineAsync(deadline.Token) is { } line)
        {
            if (expected.Match(line) is { Success: true } match)
                return match;
        }

        throw new InvalidOperationException($"It ended without a line like {expected}.");
    }

    [GeneratedRegex("^121 of 121 done, (?<here>[0-9]+) of them here; the best is (?<best>.*)$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Answer();

    [GeneratedRegex("The coordinator listens on (?<address>http://[^ ]+)\\.$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Listening();

    /// <summary>A program that is killed where the test ends.</summary>
    private sealed class RunningProgram(Process process) : IDisposable
    {
        public StreamReader Output => process.StandardOutput;

        public void Dispose()
        {
            process.Kill();
            process.Dispose();
        }
    }
}
