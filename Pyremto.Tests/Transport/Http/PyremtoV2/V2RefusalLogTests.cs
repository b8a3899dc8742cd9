using System.Net;
using Microsoft.Extensions.Logging;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.PyremtoV2;

/// <summary>The Python client tells its user at most that something failed: the coordinator's log says what, and why.</summary>
public sealed class V2RefusalLogTests : IAsyncLifetime
{
    private readonly LinesLogger _log = new();
    private V2Server _server = null!;

    public async Task InitializeAsync()
    {
        _server = await V2Server.StartAsync(build: builder => builder.Logging.AddProvider(_log));
        await _server.SetUpAsync("svr", jobs: 1, password: "secret");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("get-next-job", "guessed-by-somebody", "\"\"", "password")]
    [InlineData("is-password-ok", "guessed-by-somebody", "\"\"", "password")]
    [InlineData("setup-jobs", "secret", "[\"{}\"]", "has its jobs already")]
    [InlineData("set-job-done", "secret", "\"{}\"", "never handed out")]
    [InlineData("set-job-done", "secret", "no JSON", "JSON")]
    [InlineData("dance", "secret", "\"\"", "No header names a verb")]
    public async Task A_refused_call_is_logged_once_with_verb_tag_and_reason_and_without_its_password(
        string verb, string password, string body, string reason)
    {
        await _server.CallAsync(verb, ["tag: svr", $"password: {password}", "jobid: 0"], body);

        Refusals().Should().ContainSingle().Which.Should().StartWith("Warning").And.Contain("tag svr").And.Contain(reason)
            .And.Contain(verb == "dance" ? "no verb" : verb).And.NotContain(password);
    }

    [Fact]
    public async Task What_a_script_goes_on_to_ask_in_vain_is_logged_once_a_minute()
    {
        for (var minute = 0; minute < 2; minute++)
        {
            for (var call = 0; call < 5; call++)
                await _server.CallAsync("get-job-progress", ["tag: gone", "password: secret"]);
            Refusals().Should().HaveCount(minute + 1);
            _server.Time.Advance(TimeSpan.FromMinutes(1));
        }
        await _server.CallAsync("get-next-job", ["tag: gone", "password: secret"]);

        Refusals().Should().HaveCount(3, "another verb is another matter");
    }

    [Fact]
    public async Task A_tag_that_is_taken_is_logged_under_the_name_that_was_wanted()
    {
        (await _server.CallAsync("create-tag", ["name: svr", "password: other"])).Status.Should().Be(HttpStatusCode.Unauthorized);

        Refusals().Should().ContainSingle().Which.Should().Contain("create-tag, tag svr");
    }

    [Fact]
    public async Task What_is_answered_as_wanted_is_not_logged()
    {
        string[] owner = ["tag: svr", "password: secret", "jobid: 0"];
        await _server.CallAsync("is-password-ok", owner);
        await _server.CallAsync("does-tag-exist", ["tag: none"]);
        await _server.CallAsync("get-next-job", owner);
        await _server.CallAsync("get-next-job", owner);
        await _server.CallAsync("set-job-done", owner, "\"{}\"");

        Refusals().Should().BeEmpty();
    }

    private IEnumerable<string> Refusals() => _log.Lines.Where(line => line.Contains("Python script was refused", StringComparison.Ordinal));
}
