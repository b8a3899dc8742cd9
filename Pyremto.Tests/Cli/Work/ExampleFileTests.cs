using System.Diagnostics;
using System.Text.Json;
using Pyremto.Tests.Architecture;

namespace Pyremto.Tests.Cli.Work;

/// <summary>The files of <c>samples/command-line</c>, each as far as it goes without the system that it is for.</summary>
public sealed class ExampleFileTests : WorkTestBase
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "samples", "command-line");

    [Fact]
    public async Task The_sbatch_script_is_replaced_by_its_worker_which_takes_SLURMs_SIGTERM()
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 2, Password);
        Shell.Environment["PYREMTO_PASSWORD_FILE"] = Shell.Write("password", Password);
        var program = Shell.Write(
            "program.sh", """exec 9>lifeline; trap 'echo "{\"saved\":$1}"; exit 0' TERM; echo ready >&9; while :; do sleep 0.05; done""");
        await using var script = StartScript("t", "sh", program, "{x}");
        await lifeline.SaysAsync("ready");

        await script.SignalAsync("TERM");
        var end = await script.WaitAsync();

        end.ExitCode.Should().Be(0, end.ToString());
        (await Coordinator.ResultsAsync(tag)).Should().Equal("""{"saved":0}""");
        (await Coordinator.ProgressAsync(tag)).Waiting.Should().Be(1);
    }

    [Theory]
    [InlineData(true, "for which tag")]
    [InlineData(false, "where the coordinator is")]
    public async Task The_sbatch_script_says_what_it_lacks(bool knowsCoordinator, string words)
    {
        Shell.Environment["PYREMTO_URL"] = knowsCoordinator ? Coordinator.Url : null;

        await using var script = StartScript();
        var end = await script.WaitAsync();

        end.ExitCode.Should().NotBe(0);
        end.Errors.Should().Contain(words);
    }

    [Fact]
    public async Task The_systemd_units_line_works()
    {
        var tag = await Coordinator.SetUpAsync("my-tag", jobs: 2, Password);
        var password = Shell.Write("password", Password);
        var line = RestOfLine(ReadUnit(), "ExecStart=/usr/local/bin/pyremto ");
        line.Should().EndWith("-- /usr/local/bin/train {lr}");
        line = line.Replace("%I", "my-tag", StringComparison.Ordinal)
            .Replace("%d/password", password, StringComparison.Ordinal)
            .Replace("/usr/local/bin/train {lr}", "echo {{}}", StringComparison.Ordinal);
        line.Should().NotContain("%");

        var end = await Shell.RunAsync(line.Split(' '));

        end.ExitCode.Should().Be(0, end.ToString());
        (await Coordinator.ProgressAsync(tag)).Done.Should().Be(2);
    }

    [SkippableFact]
    public async Task Systemd_takes_the_unit()
    {
        Skip.IfNot(File.Exists("/usr/bin/systemd-analyze"), "There is no systemd here.");
        var unit = ReadUnit().Replace("/usr/local/bin/pyremto", PyremtoShell.Executable, StringComparison.Ordinal);
        Shell.Write("pyremto-worker@.service", unit);

        await using var verify = new PyremtoProcess(new ProcessStartInfo("/usr/bin/systemd-analyze", ["verify", "--man=no", "./pyremto-worker@.service"])
        {
            WorkingDirectory = Shell.Directory.Path,
        });
        var end = await verify.WaitAsync();

        end.Should().BeEquivalentTo(new { ExitCode = 0, Output = "", Errors = "" });
    }

    [Fact]
    public async Task The_Dockerfile_builds_what_is_there_and_its_line_works()
    {
        var dockerfile = await File.ReadAllTextAsync(Path.Combine(Folder, "Dockerfile"));
        var copied = dockerfile.Split('\n').Select(line => line.Split(' ')).Where(words => words[0] == "COPY" && words[1][0] != '-').Select(words => words[1]);
        copied.Should().HaveCount(2).And.OnlyContain(path => Path.Exists(Path.Combine(RepositoryRoot.Path, path)));
        Directory.Exists(Path.Combine(RepositoryRoot.Path, RestOfLine(dockerfile, "dotnet publish ").Split(' ')[0])).Should().BeTrue();
        var entry = JsonSerializer.Deserialize<string[]>(RestOfLine(dockerfile, "ENTRYPOINT "))!;
        var tag = await Coordinator.SetUpAsync("my-tag", jobs: 1, Password, field: "lr");
        var words = RestOfLine(dockerfile, "my-worker --").Insert(0, "--").Replace("/run/secrets/password", Shell.Write("password", Password), StringComparison.Ordinal)
            .Replace("'", "", StringComparison.Ordinal)
            .Replace("train.py", Path.Combine(Folder, "train.py"), StringComparison.Ordinal);

        var end = await Shell.RunAsync([.. entry.Skip(1), .. words.Split(' ')]);

        end.ExitCode.Should().Be(0, end.ToString());
        entry[0].Should().Be("pyremto");
        (await Coordinator.ResultsAsync(tag)).Should().Equal("""{"error":1.0,"epochs":10}""");
    }

    private static string RestOfLine(string text, string after)
    {
        text.Should().Contain(after);
        return text.Split(after, 2)[1].Split('\n')[0];
    }

    private static string ReadUnit() => File.ReadAllText(Path.Combine(Folder, "pyremto-worker@.service"));

    /// <summary>Starts the script as SLURM does: in the folder that the person stood in, with variables of its own.</summary>
    private PyremtoProcess StartScript(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Folder, "worker.sbatch"), .. arguments]) { WorkingDirectory = Shell.Directory.Path };
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:{System.Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["SLURM_CPUS_PER_TASK"] = "1";
        start.Environment["XDG_STATE_HOME"] = start.Environment["HOME"] = Shell.Directory.Path;
        foreach (var (name, value) in Shell.Environment)
            start.Environment[name] = value;
        return new PyremtoProcess(start);
    }
}
