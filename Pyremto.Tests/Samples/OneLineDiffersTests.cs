using System.Diagnostics;
using System.Text.RegularExpressions;
using Pyremto.Tests.Architecture;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Samples;

/// <summary>The two programs of the README that share their jobs over a pipe: what stands there is what is built and run here.</summary>
public sealed partial class TwoProgramsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public void One_line_differs_and_the_README_shows_which_word_for_word()
    {
        var one = SourceOf("PipeCoordinator");
        var other = SourceOf("PipeWorker");

        var different = Enumerable.Range(0, one.Length).Where(line => one[line] != other.ElementAtOrDefault(line)).ToArray();

        other.Should().HaveSameCount(one);
        different.Should().ContainSingle();
        var at = different[0];
        string[] diff = [.. Same(one[(at - 2)..at]), $"-{one[at]}", $"+{other[at]}", .. Same(one[(at + 1)..(at + 8)])];
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "README.md")).Should().Contain($"```diff\n{string.Join('\n', diff)}\n```\n");
    }

    [Fact]
    public async Task Run_side_by_side_they_share_the_jobs_and_both_print_the_same_answer()
    {
        using var directory = new TempDirectory();
        using var deadline = new CancellationTokenSource(Deadline);
        using var worker = Start("PipeWorker", directory.Path); // it waits for the other
        using var coordinator = Start("PipeCoordinator", directory.Path);
        try
        {
            var answers = await Task.WhenAll(ReadAnswerAsync(coordinator, deadline.Token), ReadAnswerAsync(worker, deadline.Token));

            answers.Should().OnlyContain(answer => answer.Best == "Params { X = 3, Y = -1 }");
            answers.Should().OnlyContain(answer => answer.Here > 0, "each of them does some");
            answers.Sum(answer => answer.Here).Should().Be(121, "each job counts once");
        }
        finally
        {
            worker.Kill();
            coordinator.Kill();
        }
    }

    private static string[] SourceOf(string program) =>
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "samples", program, "Program.cs")).Split('\n');

    private static IEnumerable<string> Same(IEnumerable<string> lines) => lines.Select(line => $" {line}");

    /// <summary>Where they keep their pipe, no other run of the same programs finds it.</summary>
    private static Process Start(string program, string directory) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{program}.dll")])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["TMPDIR"] = directory },
        })!;

    private static async Task<(int Here, string Best)> ReadAnswerAsync(Process program, CancellationToken cancellationToken)
    {
        while (await program.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Answer().Match(line) is { Success: true } answer)
                return (int.Parse(answer.Groups["here"].Value), answer.Groups["best"].Value);
        }

        throw new InvalidOperationException("It ended without an answer.");
    }

    [GeneratedRegex("^121 of 121 done, (?<here>[0-9]+) of them here; the best is (?<best>.*)$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Answer();
}
