using System.Net;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>S16: a coordinator keeps no more tags than it may.</summary>
public sealed class TagLimitTests : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() =>
        _at = await HttpCoordinator.StartAsync(build: builder => builder.Configuration["Pyremto:MaxTags"] = "2");

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task One_more_is_refused_with_how_many_there_are_and_are_allowed_and_no_ban_follows()
    {
        await _at.SetUpAsync("one", 1);
        await _at.SetUpAsync("two", 1);

        for (var i = 0; i < 30; i++)
        {
            var refused = await _at.PostAsync("/api/tags", """{"tag":"three"}""");
            refused.ShouldBe(HttpStatusCode.RequestEntityTooLarge, ErrorCodes.TooLarge);
            refused.Json["detail"]!.ToString().Should().Contain("2 tags").And.Contain("2 allowed").And.Contain("MaxTags");
        }

        (await _at.PostAsync("/api/tags/one/next")).ShouldBe(HttpStatusCode.OK);
        (await _at.Scheduler.TagExistsAsync("three", CancellationToken.None)).Should().BeFalse();
    }

    [Fact]
    public async Task A_repeated_creation_is_the_same_one_at_the_limit_too_S1()
    {
        foreach (var tag in new[] { "one", "two", "two" })
            (await _at.PostAsync("/api/tags", $$"""{"tag":"{{tag}}","request_id":"{{tag}}"}""")).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_deleted_one_makes_room()
    {
        await _at.SetUpAsync("one", 1);
        await _at.SetUpAsync("two", 1);
        await _at.Scheduler.DeleteTagAsync(new TagAccess("one"), CancellationToken.None);

        (await _at.PostAsync("/api/tags", """{"tag":"three"}""")).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Over_the_python_protocol_it_is_told_too()
    {
        await _at.SetUpAsync("one", 1);
        await _at.SetUpAsync("two", 1);

        var refused = await _at.SendAsync(HttpMethod.Post, "/pyremto", "", change: request =>
        {
            request.Headers.Add("backendversion", "2");
            request.Headers.Add("create-tag", "true");
            request.Headers.Add("name", "three");
        });

        refused.Text.Should().Contain("2 allowed");
        (await _at.Scheduler.TagExistsAsync("three", CancellationToken.None)).Should().BeFalse();
    }
}
