using System.Net;
using System.Text.Json;

namespace Pyremto.Tests.Transport.Http.PyremtoV2;

/// <summary>The verbs of pyremto's other features: a script that also logs keeps running.</summary>
public sealed class V2LoggingVerbsTests : IAsyncLifetime
{
    private const string Success = """{"success":1}""";

    private V2Server _server = null!;

    public async Task InitializeAsync()
    {
        _server = await V2Server.StartAsync();
        await _server.CreateAsync("svr");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Of_a_new_tag_all_data_are_four_empty_lists() => await _server.ShouldAnswerAsync(
        "get-all-data", "svr", """{"logged-ints":[],"logged-strings":[],"logged-datapoints":[],"asked-inputs":[]}""");

    [Fact]
    public async Task What_is_logged_is_listed_in_its_order()
    {
        await _server.ShouldAnswerAsync("log-int", "svr", Success, "value: 3", "description: epoch");
        await _server.ShouldAnswerAsync("log-int", "svr", Success, "value: 123456789012345678901234567890", "description: big");
        await _server.ShouldAnswerAsync("log-string", "svr", Success, "value: say \"hä\"", "description: Größe");
        await _server.ShouldAnswerAsync("log-data-point", "svr", Success, "x: 1", "y: -1.5e-07", "description: loss");
        await _server.ShouldAnswerAsync("ask-for-input", "svr", Success, "description: go on?");

        await _server.ShouldAnswerAsync(
            "get-all-data",
            "svr",
            """
            {"logged-ints":[{"value":3,"description":"epoch"},{"value":123456789012345678901234567890,"description":"big"}],
            "logged-strings":[{"value":"say \"h\u00e4\"","description":"Gr\u00f6\u00dfe"}],
            "logged-datapoints":[{"x":1,"y":-1.5e-07,"description":"loss"}],"asked-inputs":[{"description":"go on?"}]}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task A_diverged_data_point_is_listed_as_Python_writes_it()
    {
        await _server.ShouldAnswerAsync("log-data-point", "svr", Success, "x: inf", "y: nan", "description: a");
        await _server.ShouldAnswerAsync("log-data-point", "svr", Success, "x: -inf", "y: NaN", "description: b");

        (await _server.CallAsync("get-all-data", ["tag: svr"])).Body.Should()
            .Contain("""{"x":Infinity,"y":NaN,"description":"a"},{"x":-Infinity,"y":NaN,"description":"b"}""");
    }

    [Theory]
    [InlineData("value: True", "\"True\"")]
    [InlineData("value: true", "\"true\"")]
    [InlineData("value: [NaN]", "\"[NaN]\"")]
    [InlineData("value: 1, \"x\":2", "\"1, \\\"x\\\":2\"")]
    [InlineData("value: 01", "\"01\"")]
    [InlineData("value: \"", "\"\\\"\"")]
    [InlineData("x: y", "\"\"")]
    public async Task What_is_no_number_is_kept_as_text_and_the_script_goes_on(string header, string value)
    {
        await _server.ShouldAnswerAsync("log-int", "svr", Success, header, "description: d");

        var data = (await _server.CallAsync("get-all-data", ["tag: svr"])).Body;
        data.Should().StartWith($$"""{"logged-ints":[{"value":{{value}},"description":"d"}]""");
        JsonDocument.Parse(data).RootElement.GetProperty("logged-ints").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task A_push_notification_may_be_asked_for_with_any_of_them()
    {
        await _server.ShouldAnswerAsync("log-int", "svr", Success, "value: 3", "description: epoch", "send-push-notification: true");
        await _server.ShouldAnswerAsync("get-input", "svr", """{"success":0,"has_input":0}""", "send-push-notification: true");
    }

    [Fact]
    public async Task A_script_that_logs_more_than_a_tag_may_keep_goes_on_and_is_told_that_it_was_not_kept()
    {
        var notes = new TagNote("v2.logged_strings", JsonText.Parse($"\"{new string('z', (1 << 20) - 2)}\""));
        for (var i = 0; i < 16; i++) // to the limit
            await _server.Scheduler.AddNoteAsync(new TagAccess("svr"), notes, replace: false, CancellationToken.None);

        await _server.ShouldAnswerAsync("log-string", "svr", """{"success":0}""", "value: more", "description: d");
        (await _server.CallAsync("get-all-data", ["tag: svr"])).Body.Length.Should().BeGreaterThan(16 << 20);
    }

    [Theory]
    [InlineData("log-int")]
    [InlineData("log-string")]
    [InlineData("log-data-point")]
    [InlineData("ask-for-input")]
    [InlineData("get-input")]
    [InlineData("get-all-data")]
    public async Task Of_a_tag_that_is_not_there_nothing_is_logged(string verb) =>
        (await _server.CallAsync(verb, ["tag: nowhere", "value: 1", "description: d"])).Status.Should().Be(HttpStatusCode.NotFound);
}
