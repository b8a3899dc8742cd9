using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Pyremto.Tests.Cli.Run;

/// <summary>The page of a run.</summary>
public sealed partial class RunPageTests : IAsyncLifetime
{
    private readonly RunFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [Fact]
    public async Task Whoever_has_the_link_may_look_and_nobody_may_do_more_S15()
    {
        _folder.Touch("hold");
        var run = _folder.Shell.Start(RunFolder.Run("--page", "--urls", "http://127.0.0.1:0"));
        run.EndInput();
        await _folder.WaitForStartsAsync(7);
        var link = Link().Match(await run.WaitForErrorsAsync("#view="));
        var (address, token) = (link.Groups["address"].Value, link.Groups["token"].Value);
        using var stranger = new HttpClient();
        using var viewer = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

        (await stranger.GetAsync($"{address}/t/jobs")).StatusCode.Should().Be(HttpStatusCode.OK, "the page itself tells nothing");
        (await viewer.GetStringAsync($"{address}/api/tags/jobs")).Should().Contain("\"done\":5");
        foreach (var client in new[] { stranger, viewer })
        {
            using var nothing = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
            (await client.PostAsync($"{address}/api/tags/jobs/cancel", nothing)).IsSuccessStatusCode.Should().BeFalse();
            (await client.PostAsync($"{address}/api/tags/jobs/next", nothing)).IsSuccessStatusCode.Should().BeFalse();
            (await client.DeleteAsync($"{address}/api/tags/jobs")).IsSuccessStatusCode.Should().BeFalse();
            (await client.GetAsync($"{address}/api/tags")).IsSuccessStatusCode.Should().BeFalse();
        }
        (await stranger.GetAsync($"{address}/api/tags/jobs")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await stranger.GetAsync($"{address}/api/tags/jobs/results")).IsSuccessStatusCode.Should().BeFalse();

        _folder.Remove("hold");
        (await run.WaitAsync()).ExitCode.Should().Be(0);
    }

    [SkippableFact]
    public async Task It_goes_on_while_a_run_finishes_what_runs_after_Ctrl_C()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        _folder.Touch("hold");
        var run = _folder.Shell.Start(RunFolder.Run("-n", "1", "--page", "--urls", "http://127.0.0.1:0"));
        await _folder.WaitForStartsAsync(7);
        var link = Link().Match(await run.WaitForErrorsAsync("#view="));
        using var viewer = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", link.Groups["token"].Value) } };
        using var events = new StreamReader(await viewer.GetStreamAsync($"{link.Groups["address"].Value}/api/tags/jobs/events"));

        await RunFolder.WaitUntilItTakesSignalsAsync(run);
        await run.SignalAsync("INT");
        await run.WaitForErrorsAsync("Finishing what runs");
        using (var killed = Process.GetProcessById(_folder.Starts.Single(start => start.Value == 5).Process))
            killed.Kill();

        string? line;
        do
            line = await events.ReadLineAsync().WaitAsync(PyremtoProcess.Deadline);
        while (line?.Contains("\"exhausted\":1", StringComparison.Ordinal) == false);
        line.Should().NotBeNull("the page is told of what ends while the rest still runs");
        _folder.Remove("hold");
        (await run.WaitAsync()).ExitCode.Should().Be(130);
    }

    [Fact]
    public async Task After_a_change_of_the_input_it_shows_the_whole_run()
    {
        _folder.Jobs("jobs.jsonl", [0, 2, 4]);
        await _folder.RunAsync();
        int[] changed = [6, 4, 3, 0, 7, 2];
        _folder.Jobs("jobs.jsonl", changed);
        _folder.Touch("hold");
        _folder.Touch("fail-3");
        var run = _folder.Shell.Start(RunFolder.Run("-n", "1", "--page", "--urls", "http://127.0.0.1:0"));
        run.EndInput();
        var link = AnyLink().Match(await run.WaitForErrorsAsync("#view="));
        var tag = $"{link.Groups["address"].Value}/api/tags/{link.Groups["tag"].Value}";
        using var viewer = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", link.Groups["token"].Value) } };
        await run.WaitForErrorsAsync("no luck today");

        using (var events = new StreamReader(await viewer.GetStreamAsync($"{tag}/events")))
        {
            string? line;
            do
                line = await events.ReadLineAsync().WaitAsync(PyremtoProcess.Deadline);
            while (line?.Contains("\"exhausted\":1", StringComparison.Ordinal) == false || line?.Contains("\"in_progress\":1", StringComparison.Ordinal) == true);
            line.Should().ContainAll("\"total\":6", "\"done\":3", "\"in_progress\":2");
        }
        (await IdsAsync("/results")).Should().Equal(1, 3, 5);
        (await IdsAsync("/results?after=1&limit=1")).Should().Equal(3);
        (await IdsAsync("/latest")).Should().Equal(5, 3, 1);
        (await IdsAsync("/jobs")).Should().Equal(0, 1, 2, 3, 4, 5);
        (await IdsAsync("/jobs?limit=2&after=2")).Should().Equal(3, 4);
        (await IdsAsync("/jobs?state=done")).Should().Equal(1, 3, 5);
        (await IdsAsync("/jobs?state=exhausted")).Should().Equal(2);
        (await IdsAsync("/jobs?state=in_progress&after=0")).Should().Equal(4);
        (await viewer.GetStringAsync($"{tag}/plot?x=description.i&y=result.y")).Should().Contain("[0,0,null,3,").And.Contain("[2,2,null,5,").And.Contain("\"total\":3");
        (await viewer.GetStringAsync($"{tag}/completions")).Should().Contain("\"counts\":[]", "of this run none is complete");
        _folder.Remove("hold");
        (await run.WaitAsync()).ExitCode.Should().Be(1);

        async Task<IEnumerable<int>> IdsAsync(string path) => JobId().Matches(await viewer.GetStringAsync(tag + path))
            .Select(match => int.Parse(match.Groups["id"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("http://192.0.2.250:1")]
    public async Task Where_it_cannot_listen_is_said_before_anything_is_computed(string url)
    {
        var end = await _folder.RunAsync("--page", "--urls", url);

        end.ExitCode.Should().Be(2, $"{end}");
        end.ErrorLines.Should().ContainSingle();
        _folder.Starts.Should().BeEmpty();
    }

    [SkippableFact]
    public async Task Without_it_no_port_is_opened()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        _folder.Touch("hold");
        var run = _folder.Shell.Start(RunFolder.Run());
        await _folder.WaitForStartsAsync(7);

        var sockets = Directory.GetFiles($"/proc/{run.Id}/fd").Select(file => new FileInfo(file).LinkTarget)
            .Where(target => target?.StartsWith("socket:", StringComparison.Ordinal) == true).Select(target => target!["socket:[".Length..^1]).ToHashSet(StringComparer.Ordinal);
        var listening = (await File.ReadAllLinesAsync("/proc/net/tcp")).Concat(await File.ReadAllLinesAsync("/proc/net/tcp6")).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words is [_, _, _, "0A", ..]).Select(words => words[9]);
        listening.Should().NotContain(inode => sockets.Contains(inode));
    }

    [GeneratedRegex(@"Page: (?<address>http://\S+)/t/(?<tag>\S+)#view=(?<token>\S+)")]
    private static partial Regex AnyLink();

    [GeneratedRegex(@"""job_id"":(?<id>\d+)")]
    private static partial Regex JobId();

    [GeneratedRegex(@"Page: (?<address>http://\S+)/t/jobs#view=(?<token>\S+)")]
    private static partial Regex Link();
}
