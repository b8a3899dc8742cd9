using System.Diagnostics;
using Pyremto.Tests.Architecture;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Samples;

/// <summary>The README's lines for <c>curl</c> are run as they are printed, but for the port.</summary>
public sealed class CurlTests
{
    private const string Address = "URL=http://localhost:5080\n";

    [Fact]
    public void The_README_shows_the_coordinator_word_for_word()
    {
        var program = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "samples", "Coordinator", "Program.cs"));
        Readme().Should().Contain($"```csharp\n{program}```\n");
    }

    [SkippableFact]
    public async Task Curl_alone_creates_sets_up_works_and_downloads()
    {
        Skip.If(OperatingSystem.IsWindows(), "The lines are for a POSIX shell.");
        var script = Readme().Split("```sh\n" + Address)[1].Split("```")[0];
        await using var at = await HttpCoordinator.StartAsync();

        var (exitCode, output) = await RunAsync($"set -e\nURL={at.Url}\n{script.Replace("curl ", "curl -sS -f -w '\\n' ", StringComparison.Ordinal)}");

        exitCode.Should().Be(0, output);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(6);
        lines[0].Should().Contain("\"progress_url\"");
        lines[1].Should().Be("""{"jobs":2}""");
        lines[2].Should().Contain("\"job_id\":0").And.Contain("\"description\":{\"x\":1}");
        lines[3].Should().Be("""{"job_id":0,"outcome":"accepted"}""");
        lines[4].Should().Be("job_id,repetition,attempt,worker,started_at,done_at,duration_seconds,description.x,result.y");
        lines[5].Should().StartWith("0,0,1,me,").And.EndWith(",1,0.5");
    }

    private static string Readme() => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "README.md"));

    private static async Task<(int ExitCode, string Output)> RunAsync(string script)
    {
        var start = new ProcessStartInfo("sh", ["-c", script])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(HttpCoordinator.Patience);
        return (process.ExitCode, await output + await errors);
    }
}
