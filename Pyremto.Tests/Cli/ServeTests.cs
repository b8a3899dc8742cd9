using System.Text.Json;

namespace Pyremto.Tests.Cli;

/// <summary><c>pyremto serve</c>, with a password over HTTP, and over a pipe.</summary>
public sealed class ServeTests : IAsyncLifetime
{
    private const string Jobs = "{\"x\":0}\n{\"x\":1}\n";

    private readonly PyremtoShell _shell = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    [Fact]
    public async Task It_says_how_it_is_reached_from_this_machine_and_ends_in_order_at_SIGTERM()
    {
        var serve = _shell.Start("serve", "--urls", "http://localhost:0");
        var said = await serve.WaitForErrorsAsync("pyremto work");
        var url = said.Split('\n')[0]["Listening at ".Length..];
        _shell.Environment["PYREMTO_URL"] = url;
        (await _shell.FeedAsync(Jobs, "submit", "-", "--tag", "svr")).ExitCode.Should().Be(0);

        await serve.SignalAsync("TERM");
        var end = await serve.WaitAsync();

        end.ExitCode.Should().Be(0, end.ToString());
        end.Output.Should().BeEmpty();
        end.Errors.Should().Contain($"pyremto submit grid.jsonl --tag my-tag --url {url}").And.NotContain("another machine");
        _shell.Environment["PYREMTO_URL"] = null;
        var again = await _shell.ServeAsync();
        (await _shell.RunAsync("tags")).Output.Should().Be("svr: running, 0 of 2 done\n", "the default store is kept");
        await again.SignalAsync("INT");
        (await again.WaitAsync()).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task What_others_set_up_in_its_folder_and_for_other_servers_is_none_of_its_business()
    {
        _shell.Write("appsettings.json", "{ not JSON at all");
        _shell.Environment["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        _shell.Environment["AllowedHosts"] = "example.org";
        await _shell.ServeAsync("--store", "memory");
        using var client = new HttpClient { BaseAddress = new Uri(_shell.Environment["PYREMTO_URL"]!) };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "127.0.0.1");

        using var answer = await client.PostAsync("/api/tags", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));

        answer.StatusCode.Should().Be(System.Net.HttpStatusCode.Unauthorized, "who comes through a proxy that nobody named is not from here (S15)");
    }


    [SkippableFact]
    public async Task Files_with_jobs_and_keys_are_for_their_owner_alone()
    {
        Skip.If(OperatingSystem.IsWindows(), "There the user's own folders are private.");
        await _shell.ServeAtAsync("http://*:0");
        (await _shell.FeedAsync(Jobs, "submit", "-", "--tag", "svr")).ExitCode.Should().Be(0);

        (await _shell.RunAsync("backup", "copy.db")).ExitCode.Should().Be(0);

        var state = Path.Combine(_shell.Directory.File("state"), "pyremto");
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (var file in (string[])["pyremto.db", "pyremto.db-wal", "pyremto.operator-key"])
            new FileInfo(Path.Combine(state, file)).UnixFileMode.Should().Be(owner, file);
        new FileInfo(_shell.Directory.File("copy.db")).UnixFileMode.Should().Be(owner);
        new DirectoryInfo(state).UnixFileMode.Should().Be(owner | UnixFileMode.UserExecute);
    }

    [SkippableFact]
    public async Task Off_this_machine_it_prints_lines_for_another_with_the_operators_key_which_no_log_gets()
    {
        var serve = _shell.StartInTerminal(120, ["serve", "--urls", "http://*:0", "--store", "memory"]);
        var screen = Screen.Of(await serve.WaitForOutputAsync("-- PROGRAM ARG...\r\n\r\nOn another machine:\r\n"));
        screen = Screen.Of(await serve.WaitForOutputAsync("PYREMTO_OPERATOR_KEY=") + await serve.WaitForOutputAsync("to create and list tags"));
        var keyFile = Path.Combine(_shell.Directory.File("state"), "pyremto", "operator-key");
        var key = (await File.ReadAllTextAsync(keyFile)).Trim();
        key.Should().HaveLength(32);
        screen.Should().Contain(line => line.Contains($"export PYREMTO_OPERATOR_KEY={key}", StringComparison.Ordinal))
            .And.Contain(line => line.Contains("export PYREMTO_URL=http://", StringComparison.Ordinal))
            .And.NotContain(line => line.Contains("PYREMTO_URL=http://[::]", StringComparison.Ordinal));
        await serve.TypeAsync("\u0003");
        (await serve.WaitAsync()).ExitCode.Should().Be(0);

        var logged = _shell.Start("serve", "--urls", "http://*:0", "--store", "memory");
        (await logged.WaitForErrorsAsync("On another machine:\n") + await logged.WaitForErrorsAsync("key is in")).Should().Contain(keyFile).And.NotContain(key);
    }

    [SkippableFact]
    public async Task From_another_machine_tags_are_made_and_listed_with_the_operators_key_alone_S15()
    {
        var serve = await _shell.ServeAtAsync("http://*:0", "--store", "memory");
        using var served = JsonDocument.Parse(serve.Output);
        var outside = new Uri(served.RootElement.GetProperty("public_url").GetString()!);
        Skip.If(!System.Net.IPAddress.TryParse(outside.Host, out _), "This machine has no address that others reach.");
        _shell.Environment["PYREMTO_URL"] = outside.AbsoluteUri;
        var key = served.RootElement.GetProperty("operator_key_file").GetString()!;

        var refused = await _shell.FeedAsync(Jobs, "submit", "-", "--tag", "svr");
        var made = await _shell.FeedAsync(Jobs, "submit", "-", "--tag", "svr", "--operator-key-file", key);
        var unlisted = await _shell.RunAsync("tags");
        var listed = await _shell.RunAsync("tags", "--operator-key-file", key);

        foreach (var end in (PyremtoEnd[])[refused, unlisted])
        {
            end.ExitCode.Should().Be(4, end.ToString());
            end.ErrorLines.Should().ContainSingle().Which.Should().Contain("--operator-key-file");
        }
        made.ExitCode.Should().Be(0, made.ToString());
        listed.Output.Should().StartWith("svr: ");
    }

    [Fact]
    public async Task A_password_is_asked_of_everybody_S15()
    {
        await _shell.ServeAsync("--store", "memory");
        _shell.Write("secret.txt", "geheim\n");
        _shell.Write("wrong.txt", "falsch\n");
        (await _shell.FeedAsync(Jobs, "submit", "-", "--tag", "svr", "--password-file", "secret.txt")).ExitCode.Should().Be(0);

        var without = await _shell.RunAsync("jobs", "--tag", "svr");
        var wrong = await _shell.RunAsync("jobs", "--tag", "svr", "--password-file", "wrong.txt");
        var right = await _shell.RunAsync("jobs", "--tag", "svr", "--password-file", "secret.txt");
        var warned = await _shell.RunAsync("jobs", "--tag", "svr", "--password", "geheim");
        _shell.Environment["PYREMTO_PASSWORD"] = "geheim";
        var variable = await _shell.RunAsync("jobs", "--tag", "svr");

        without.ExitCode.Should().Be(4, without.ToString());
        without.ErrorLines.Should().ContainSingle().Which.Should().Contain("--password-file");
        wrong.ExitCode.Should().Be(4, wrong.ToString());
        right.Output.Should().Be("0 waiting {\"x\":0}\n1 waiting {\"x\":1}\n");
        right.Errors.Should().BeEmpty();
        warned.Output.Should().Be(right.Output);
        warned.ErrorLines.Should().ContainSingle().Which.Should().Contain("--password-file");
        variable.Output.Should().Be(right.Output);
    }

    [SkippableFact]
    public async Task At_a_terminal_a_password_is_asked_for_and_not_shown()
    {
        await _shell.ServeAsync("--store", "memory");
        _shell.Write("jobs.jsonl", Jobs);

        var submit = _shell.StartInTerminal(80, ["submit", "jobs.jsonl", "--tag", "svr", "--ask-password"]);
        await submit.WaitForOutputAsync("Password: ");
        await submit.TypeAsync("geheim\n");
        await submit.WaitForOutputAsync("Once more: ");
        await submit.TypeAsync("geheim\n");
        var submitted = await submit.WaitAsync();
        var pause = _shell.StartInTerminal(80, ["pause", "--tag", "svr"]);
        await pause.WaitForOutputAsync("Password of svr: ");
        await pause.TypeAsync("geheim\n");
        var paused = await pause.WaitAsync();

        submitted.ExitCode.Should().Be(0, submitted.ToString());
        paused.ExitCode.Should().Be(0, paused.ToString());
        (submitted.Output + paused.Output).Should().NotContain("geheim");
        (await _shell.RunAsync("tags")).Output.Should().Be("svr: paused, 0 of 2 done, password\n");
    }

    [SkippableFact]
    public async Task Ctrl_C_at_the_question_ends_with_130_and_the_terminal_shows_again_what_is_typed()
    {
        await _shell.ServeAsync("--store", "memory");
        _shell.Write("secret.txt", "geheim\n");
        (await _shell.FeedAsync(Jobs, "submit", "-", "--tag", "svr", "--password-file", "secret.txt")).ExitCode.Should().Be(0);
        var pause = _shell.StartInTerminal(80, "trap : INT; \"$PYREMTO\" pause --tag svr; echo code $?; stty -a");
        await pause.WaitForOutputAsync("Password of svr: ");
        await pause.TypeAsync("gehe\u0003");

        var end = await pause.WaitAsync();

        end.Output.Should().Contain("code 130").And.MatchRegex("[; ]echo[; ]").And.NotContain("gehe");
    }

    [Fact]
    public async Task All_goes_over_a_pipe_as_well()
    {
        var pipe = Support.PipeNames.New();
        var serve = _shell.Start("serve", "--pipe", pipe, "--store", "memory");
        (await serve.WaitForErrorsAsync("pyremto work")).Should().Contain($"--pipe {pipe}").And.NotContain("http");
        _shell.Environment["PYREMTO_PIPE"] = pipe;

        (await _shell.FeedAsync(Jobs, "submit", "-", "--tag", "svr", "--json")).Output.Should().Be("{\"tag\":\"svr\",\"jobs\":2}\n");
        (await _shell.RunAsync("tags")).Output.Should().Be("svr: running, 0 of 2 done\n");
        (await _shell.RunAsync("cancel", "--tag", "svr")).Errors.Should().Be("svr: 2 jobs cancelled\n");
        (await _shell.RunAsync("wait", "--tag", "svr")).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Where_nobody_answers_it_ends_with_3_and_says_where()
    {
        var http = await _shell.RunAsync("tags", "--url", "http://127.0.0.1:9");
        var pipe = await _shell.RunAsync("tags", "--pipe", Support.PipeNames.New());

        http.ExitCode.Should().Be(3, http.ToString());
        http.ErrorLines.Should().ContainSingle().Which.Should().Contain("http://127.0.0.1:9").And.Contain("'pyremto serve'");
        pipe.ExitCode.Should().Be(3, pipe.ToString());
        pipe.ErrorLines.Should().ContainSingle();
    }

    [Fact]
    public async Task A_second_coordinator_on_the_same_store_or_port_is_refused_with_advice()
    {
        await _shell.ServeAsync();

        var store = await _shell.RunAsync("serve", "--urls", "http://localhost:0");
        var port = await _shell.RunAsync("serve", "--store", "memory", "--urls", _shell.Environment["PYREMTO_URL"]!);

        store.ExitCode.Should().Be(2, store.ToString());
        store.ErrorLines.Should().ContainSingle().Which.Should().Contain("in use");
        port.ExitCode.Should().Be(2, port.ToString());
        port.ErrorLines.Should().ContainSingle().Which.Should().Contain("--urls");
    }

    [Fact]
    public async Task A_backup_of_a_running_coordinator_is_whole_and_can_be_served()
    {
        await _shell.ServeAsync("--store", "sqlite:jobs.db");
        (await _shell.FeedAsync(Jobs, "submit", "-", "--tag", "svr")).ExitCode.Should().Be(0);
        using (var work = new CliWork(_shell, "svr"))
            await work.DoneAsync(await work.TakeAsync(), "{\"y\":1}");

        var backup = await _shell.RunAsync("backup", "copy.db", "--store", "sqlite:jobs.db", "--json");
        var twice = await _shell.RunAsync("backup", "copy.db", "--store", "sqlite:jobs.db");

        backup.ExitCode.Should().Be(0, backup.ToString());
        using var made = JsonDocument.Parse(backup.Output);
        made.RootElement.GetProperty("bytes").GetInt64().Should().Be(new FileInfo(_shell.Directory.File("copy.db")).Length);
        twice.ExitCode.Should().Be(2, twice.ToString());
        await _shell.ServeAsync("--store", "sqlite:copy.db");
        (await _shell.RunAsync("tags")).Output.Should().Be("svr: running, 1 of 2 done\n");
    }

    [SkippableFact]
    public async Task Started_on_a_full_disk_it_ends_with_75_so_that_who_starts_it_tries_again()
    {
        Work.SmallDisk.SkipWhereImpossible();
        var serve = Work.SmallDisk.Start(
            _shell, "(head -c 2M /dev/zero >disk/filled 2>/dev/null; exec \"$PYREMTO\" serve --urls http://localhost:0 --store sqlite:disk/jobs.db)");

        var end = await serve.WaitAsync();

        end.ExitCode.Should().Be(75, end.ToString());
        end.ErrorLines.Should().ContainSingle().Which.Should().Contain("disk is full");
    }

    [Fact]
    public async Task Health_is_told_to_who_watches_over_processes()
    {
        await _shell.ServeAsync("--store", "memory");
        using var http = new HttpClient { BaseAddress = new Uri(_shell.Environment["PYREMTO_URL"]!) };

        (await http.GetStringAsync(new Uri("/health/live", UriKind.Relative))).Should().Be("Healthy");
        (await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative))).Should().Be("Healthy");
        (await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative))).Should().Contain("/api/tags");
    }

    [Fact]
    public async Task Settings_come_from_a_file_and_the_environment()
    {
        _shell.Write("settings.json", "{\"Pyremto\":{\"MaxJobs\":1}}");
        await _shell.ServeAsync("--store", "memory", "--config", "settings.json");

        var end = await _shell.FeedAsync(Jobs, "submit", "-", "--tag", "svr");

        end.ExitCode.Should().Be(2, end.ToString());
        end.ErrorLines.Should().ContainSingle().Which.Should().Contain("1 allowed");
    }
}
