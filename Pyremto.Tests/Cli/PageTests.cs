using System.Text.Json;

namespace Pyremto.Tests.Cli;

/// <summary>Links and codes of a tag's page.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private readonly PyremtoShell _shell = new();

    public async Task InitializeAsync()
    {
        await _shell.ServeAsync("--store", "memory");
        _shell.Write("secret.txt", "geheim\n");
        _shell.Write("jobs.jsonl", "{\"x\":0}\n");
    }

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    [Fact]
    public async Task The_link_reads_the_tag_without_its_password_until_it_is_rotated_away_S15()
    {
        var submit = await _shell.RunAsync("submit", "jobs.jsonl", "--tag", "svr", "--password-file", "secret.txt", "--json");
        var given = Page(submit);
        (await ReadsAsync(given)).Should().BeTrue();

        var rotate = await _shell.RunAsync("rotate", "--tag", "svr", "--password-file", "secret.txt", "--json");

        (await ReadsAsync(given)).Should().BeFalse();
        (await ReadsAsync(Page(rotate))).Should().BeTrue();
    }

    [Fact]
    public async Task Qr_prints_code_and_link()
    {
        await _shell.RunAsync("submit", "jobs.jsonl", "--tag", "svr");

        var qr = await _shell.RunAsync("qr", "--tag", "svr");

        qr.ExitCode.Should().Be(0, qr.ToString());
        qr.Output.Should().Contain("▀").And.NotContain("\u001b").And.Contain($"{_shell.Environment["PYREMTO_URL"]}/t/svr#view=");
        qr.Output.Should().NotContain("geheim");
    }

    [SkippableFact]
    public async Task Submit_shows_the_code_at_a_terminal_that_is_wide_enough_and_the_tag_as_data()
    {
        var wide = await _shell.StartInTerminal(100, "\"$PYREMTO\" submit jobs.jsonl --tag wide > tag.txt").WaitAsync();
        var narrow = await _shell.StartInTerminal(40, "\"$PYREMTO\" submit jobs.jsonl --tag narrow > tag2.txt").WaitAsync();

        wide.ExitCode.Should().Be(0, wide.ToString());
        wide.Output.Should().Contain("▀").And.Contain("/t/wide");
        (await File.ReadAllTextAsync(_shell.Directory.File("tag.txt"))).Should().Be("wide\n");
        narrow.ExitCode.Should().Be(0, narrow.ToString());
        narrow.Output.Should().NotContain("▀").And.Contain("columns").And.Contain("/t/narrow");
    }

    private static Uri Page(PyremtoEnd end)
    {
        end.ExitCode.Should().Be(0, end.ToString());
        using var json = JsonDocument.Parse(end.Output);
        return new Uri(json.RootElement.GetProperty("page").GetString()!);
    }

    private async Task<bool> ReadsAsync(Uri page)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_shell.Environment["PYREMTO_URL"]}/api/tags/svr");
        request.Headers.Authorization = new("Bearer", page.Fragment["#view=".Length..]);
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }
}
