using System.Runtime.Versioning;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli;

/// <summary>What the command makes is for its user alone, whatever the umask, and what others plant is not used.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PrivateFilesTests : IAsyncLifetime
{
    private const UnixFileMode Folder = OtherUser.Private | UnixFileMode.UserExecute;

    private readonly PyremtoShell _shell = new();

    private string State => Path.Combine(_shell.Directory.File("state"), "pyremto");

    public Task InitializeAsync()
    {
        _shell.Write("jobs.jsonl", "{\"x\":1}\n{\"x\":2}\n");
        _shell.Write("work.sh", "echo '{\"y\":1}'\n");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    [SkippableTheory]
    [InlineData("000")]
    [InlineData("002")]
    [InlineData("022")]
    public async Task Of_a_coordinator_files_sockets_and_folders_are_private(string umask)
    {
        Skip.If(OperatingSystem.IsWindows());
        Directory.CreateDirectory(State);
        File.SetUnixFileMode(State, OtherUser.Mode("777"));
        var pipe = PipeNames.New();
        var serve = Start(umask, "serve", "--urls", "http://*:0", "--pipe", pipe);
        await serve.WaitForErrorsAsync("On another machine");

        var files = Directory.GetFiles(State);
        files.Select(Path.GetFileName).Should().Contain(["pyremto.db", "pyremto.db-wal", "pyremto.db.lock", "pyremto.operator-key"]);
        string[] sockets = [PipeName.SocketPath(pipe), PipeName.SocketPath(PipeName.OfAnswers(pipe)), PipeName.SocketPath(pipe) + ".lock"];
        foreach (var file in files.Concat(sockets))
            File.GetUnixFileMode(file).Should().Be(OtherUser.Private, file);
        File.GetUnixFileMode(State).Should().Be(Folder);

        await serve.SignalAsync("TERM");
        (await serve.WaitAsync()).ExitCode.Should().Be(0);
        File.Delete(sockets[^1]);
    }

    [SkippableTheory]
    [InlineData("000")]
    [InlineData("002")]
    [InlineData("022")]
    public async Task Of_a_run_state_and_outputs_are_private(string umask)
    {
        Skip.If(OperatingSystem.IsWindows());
        _shell.Write("work.sh", "echo broken >&2; exit 3\n");

        (await Start(umask, "run", "jobs.jsonl", "--", "sh", "work.sh").WaitAsync()).ExitCode.Should().Be(1);

        foreach (var file in Directory.GetFiles(_shell.Directory.Path, "jobs.jsonl.pyremto.db*"))
            File.GetUnixFileMode(file).Should().Be(OtherUser.Private, file);
        File.GetUnixFileMode(_shell.Directory.File("jobs.jsonl.pyremto.logs")).Should().Be(Folder);
        foreach (var file in Directory.GetFiles(_shell.Directory.File("jobs.jsonl.pyremto.logs")))
            File.GetUnixFileMode(file).Should().Be(OtherUser.Private, file);
    }

    [SkippableFact]
    public async Task A_state_folder_of_another_user_is_refused()
    {
        OtherUser.SkipUnlessPossible();
        Directory.CreateDirectory(State);
        await OtherUser.OwnAsync(State);

        var end = await _shell.RunAsync("serve", "--urls", "http://localhost:0");

        end.ExitCode.Should().Be(2, end.ToString());
        end.ErrorLines.Should().ContainSingle().Which.Should()
            .Contain($"'{State}' belongs to another user").And.Contain($"chown root {State}");
    }

    [SkippableFact]
    public async Task Results_do_not_go_where_another_users_link_leads()
    {
        OtherUser.SkipUnlessPossible();
        _shell.Write("victim.csv", "mine");
        File.CreateSymbolicLink(_shell.Directory.File("results.csv"), _shell.Directory.File("victim.csv"));
        await OtherUser.OwnAsync(_shell.Directory.File("results.csv"));

        var end = await _shell.RunAsync("run", "jobs.jsonl", "-o", "results.csv", "--", "sh", "work.sh");

        end.ExitCode.Should().Be(2, end.ToString());
        end.Errors.Should().Contain("belongs to another user");
        (await File.ReadAllTextAsync(_shell.Directory.File("victim.csv"))).Should().Be("mine");
    }

    [SkippableFact]
    public async Task Kept_output_does_not_go_where_a_link_leads()
    {
        Skip.If(OperatingSystem.IsWindows());
        _shell.Write("victim", "mine");
        Directory.CreateDirectory(_shell.Directory.File("logs"));
        var end = await _shell.RunAsync("run", "jobs.jsonl", "--logs", "logs", "--", "sh", "work.sh");
        end.ExitCode.Should().Be(0, end.ToString());
        var log = Directory.GetFiles(_shell.Directory.File("logs")).Order(StringComparer.Ordinal).First();
        File.Delete(log);
        File.CreateSymbolicLink(log, _shell.Directory.File("victim"));
        foreach (var file in Directory.GetFiles(_shell.Directory.Path, "*.db*"))
            File.Delete(file);

        end = await _shell.RunAsync("run", "jobs.jsonl", "--logs", "logs", "--", "sh", "work.sh");

        end.ExitCode.Should().Be(0, end.ToString());
        (await File.ReadAllTextAsync(_shell.Directory.File("victim"))).Should().Be("mine");
        new FileInfo(log).LinkTarget.Should().BeNull();
    }

    [SkippableFact]
    public async Task In_a_folder_that_a_group_shares_everyone_works_with_files_of_their_own()
    {
        OtherUser.SkipUnlessPossible();
        Skip.IfNot(File.Exists("/usr/bin/setpriv"), "There is no 'setpriv' of util-linux here to play another user.");
        File.SetUnixFileMode(_shell.Directory.Path, OtherUser.Mode("2777"));
        File.Copy(_shell.Directory.File("jobs.jsonl"), _shell.Directory.File("theirs.jsonl"));
        string[] mine = ["run", "jobs.jsonl", "-o", "results.csv", "--", "sh", "work.sh"];

        foreach (var time in new[] { "first", "second" })
        {
            var own = await Start("002", mine).WaitAsync();
            own.ExitCode.Should().Be(0, $"{time} time: {own}");
        }
        var theirs = await StartAsOther("002", "run", "theirs.jsonl", "-o", "theirs.csv", "--", "sh", "work.sh").WaitAsync();
        var foreign = await StartAsOther("002", "run", "jobs.jsonl", "--", "sh", "work.sh").WaitAsync();

        theirs.ExitCode.Should().Be(0, theirs.ToString());
        (await File.ReadAllLinesAsync(_shell.Directory.File("theirs.csv"))).Should().HaveCount(3);
        foreign.ExitCode.Should().Be(2, foreign.ToString());
        foreign.Errors.Should().Contain("jobs.jsonl.pyremto.db").And.Contain("belongs to another user (root;").And.Contain("sudo chown");
    }

    private PyremtoProcess Start(string umask, params IEnumerable<string> arguments) =>
        _shell.StartProgram("/bin/sh", ["-c", $"umask {umask}; exec \"$PYREMTO\" \"$@\"", "sh", .. arguments]);

    private PyremtoProcess StartAsOther(string umask, params IEnumerable<string> arguments) => _shell.StartProgram(
        "/usr/bin/setpriv",
        [$"--reuid={OtherUser.Id}", $"--regid={OtherUser.Id}", "--clear-groups", "/usr/bin/env",
            $"XDG_STATE_HOME={_shell.Directory.File("other-state")}", "/bin/sh", "-c", $"umask {umask}; exec \"$PYREMTO\" \"$@\"", "sh", .. arguments]);
}
