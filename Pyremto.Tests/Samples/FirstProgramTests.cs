using System.Diagnostics;
using Pyremto.Tests.Architecture;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Samples;

/// <summary>The first program of the README: what stands there is what is built and run here.</summary>
public sealed class FirstProgramTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public void The_README_shows_it_word_for_word()
    {
        var program = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "samples", "FirstProgram", "Program.cs"));

        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "README.md")).Should().Contain($"```csharp\n{program}```\n");
        program.Count(character => character == '\n').Should().BeLessThan(40, "that is what a first program may ask of its reader");
    }

    [Fact]
    public async Task It_prints_what_the_README_says_and_leaves_its_results_in_a_file()
    {
        using var directory = new TempDirectory();

        var (exitCode, output, errors) = await RunAsync(directory.Path);

        errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        output.Should().Contain("tag: bowl\n").And.Contain("▀", "the QR code is drawn in half blocks");
        output.Should().Contain("121 of 121 done; the best is Params { X = 3, Y = -1 } with Score { Loss = 0 }\n");
        var rows = await File.ReadAllLinesAsync(directory.File("results.csv"));
        rows.Should().HaveCount(1 + 121);
        rows[0].Should().EndWith("description.x,description.y,result.loss");
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string directory)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "FirstProgram.dll")])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
