using System.Net;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page;

/// <summary>The icon in the browser's tab.</summary>
public sealed class PageIconTests : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Theory]
    [InlineData("", "stroke-dasharray=\"0 99\"")]
    [InlineData("?percent=0", "stroke-dasharray=\"0 99\"")]
    [InlineData("?percent=50", "stroke-dasharray=\"37.7 99\"")]
    [InlineData("?percent=100", "stroke-dasharray=\"75.4 99\"")]
    public async Task Its_ring_is_closed_as_far_as_the_work_is(string query, string ring)
    {
        var icon = await _at.GetAsync("/page/icon.svg" + query);

        icon.ShouldBe(HttpStatusCode.OK);
        icon.ContentHeaders.ContentType!.MediaType.Should().Be("image/svg+xml");
        icon.Headers.ETag.Should().NotBeNull();
        icon.Text.Should().StartWith("<svg ").And.Contain(ring).And.NotContain("style");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("101")]
    [InlineData("99999999999")]
    [InlineData("\"/><script>")]
    public async Task A_percent_that_is_none_is_refused(string percent) =>
        (await _at.GetAsync("/page/icon.svg?percent=" + Uri.EscapeDataString(percent))).ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);
}
