using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page;

/// <summary>Codes that a camera reads, and that lead to the page with a token that reads (S15).</summary>
public sealed class QrTests : IAsyncLifetime
{
    private HttpCoordinator _at = null!;
    private CreatedTag _tag = null!;

    public async Task InitializeAsync()
    {
        _at = await HttpCoordinator.StartAsync();
        _tag = await _at.Scheduler.CreateTagAsync(new CreateTag { Tag = "größe+1?", Password = "secret" }, CancellationToken.None);
    }

    public async Task DisposeAsync() => await _at.DisposeAsync();

    private string Link => $"{_at.Url}/t/{Uri.EscapeDataString(_tag.Tag)}#view={_tag.ViewToken}";

    [SkippableTheory]
    [InlineData("png")]
    [InlineData("svg")]
    public async Task The_image_holds_the_address_and_the_address_answers_with_the_page(string format)
    {
        QrReader.Need();
        using var client = _at.NewClient();
        client.DefaultRequestHeaders.Authorization = HttpCoordinator.Password("secret");
        using var response = await client.GetAsync($"/t/{Uri.EscapeDataString(_tag.Tag)}/qr.{format}");
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be(format == "png" ? "image/png" : "image/svg+xml");
        response.Headers.CacheControl!.NoStore.Should().BeTrue("it holds a token");

        var read = format == "png" ? await QrReader.ReadPngAsync(await response.Content.ReadAsByteArrayAsync())
            : await QrReader.ReadSvgAsync(await response.Content.ReadAsStringAsync());

        read.Should().Be(Link);
        await ShouldOpenAsync(read);
    }

    [SkippableTheory]
    [InlineData(QrTextStyle.Colours, true)]
    [InlineData(QrTextStyle.Colours, false)]
    [InlineData(QrTextStyle.DarkBackground, true)]
    [InlineData(QrTextStyle.LightBackground, false)]
    public async Task The_terminals_text_is_read_by_a_camera(QrTextStyle style, bool isDark)
    {
        QrReader.Need();
        var output = new StringWriter();
        var link = await TagPages.FindAsync(_at.Scheduler, new TagAccess(_tag.Tag, "secret"));
        await TagPages.PrintAsync(output, _tag.Tag, link, style);

        var read = await QrReader.ReadTextAsync(output.ToString(), isDark);

        read.Should().Be(Link);
        output.ToString().Should().Contain(Link).And.Contain("tag: " + _tag.Tag).And.Contain("PublicUrl", "it listens on loopback alone");
        output.ToString().Contains("for a dark background", StringComparison.Ordinal).Should().Be(style == QrTextStyle.DarkBackground);
        output.ToString().Contains("for a light background", StringComparison.Ordinal).Should().Be(style == QrTextStyle.LightBackground);
        await ShouldOpenAsync(read);
    }

    [Fact]
    public async Task A_viewers_code_holds_his_own_token_and_an_owners_one_that_holds_until_it_is_rotated_away()
    {
        var mine = await _at.Scheduler.IssueViewTokenAsync(new TagAccess(_tag.Tag, "secret"), TimeSpan.FromHours(1), CancellationToken.None);

        ((string)(await LinkAsync(HttpCoordinator.Token(mine))).Json["url"]!).Should().EndWith("#view=" + mine);
        var owners = await LinkAsync(HttpCoordinator.Password("secret"));
        ((string)owners.Json["url"]!).Should().Be(Link);
        ((string)owners.Json["hint"]!).Should().Contain("PublicUrl");
    }

    [Theory]
    [InlineData("api/tags/{0}/page")]
    [InlineData("t/{0}/qr.svg")]
    [InlineData("t/{0}/qr.png")]
    public async Task Nobody_else_gets_one(string route)
    {
        var path = "/" + route.Replace("{0}", Uri.EscapeDataString(_tag.Tag), StringComparison.Ordinal);
        (await _at.GetAsync(path)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await _at.GetAsync(path, HttpCoordinator.Token("guess"))).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await _at.GetAsync(path, HttpCoordinator.Password("guess"))).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await _at.GetAsync("/" + route.Replace("{0}", "nothing", StringComparison.Ordinal))).ShouldBe(HttpStatusCode.NotFound, ErrorCodes.TagUnknown);
    }

    [Fact]
    public async Task A_remote_control_beside_ListenOnHttp_leads_to_its_page()
    {
        await using var remote = await RemoteControl.OpenAsync(_at.Scheduler, new() { Tag = _tag.Tag, Password = "secret" });
        remote.ProgressUrl!.AbsoluteUri.Should().Be(new Uri(Link).AbsoluteUri);
    }

    [SkippableFact]
    public async Task A_remote_control_over_HTTP_leads_to_the_coordinators_page_and_draws_it()
    {
        QrReader.Need();
        using var directory = new TempDirectory();
        await using var other = await HttpCoordinator.StartAsync(build: builder => builder.Services.AddPyremto().UseHttp(_at.Url));
        var path = directory.File("qr.png");

        await using var remote = await RemoteControl.OpenAsync(other.Scheduler, new() { Tag = _tag.Tag, Password = "secret", QrImagePath = path });

        remote.ProgressUrl!.AbsoluteUri.Should().Be(new Uri(Link).AbsoluteUri);
        (await QrReader.ReadPngAsync(await File.ReadAllBytesAsync(path))).Should().Be(Link);
    }

    [Fact]
    public async Task A_remote_control_beside_MapPyremto_leads_to_its_page_below_the_prefix_once_the_host_listens()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddPyremto();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPyremto("/jobs");
        await app.StartAsync();
        var scheduler = app.Services.GetRequiredService<IJobScheduler>();

        await using (var remote = await RemoteControl.OpenAsync(scheduler, new() { Tag = "svr" }))
            remote.ProgressUrl!.AbsoluteUri.Should().StartWith($"{app.Urls.First()}/jobs/t/svr#view=");
    }

    [Fact]
    public async Task Without_pages_there_is_no_link()
    {
        await using var provider = new ServiceCollection().AddPyremto().Services.BuildServiceProvider();
        var scheduler = provider.GetRequiredService<IJobScheduler>();
        await scheduler.CreateTagAsync(new CreateTag { Tag = "svr" }, CancellationToken.None);
        (await TagPages.FindAsync(scheduler, new TagAccess("svr"))).Should().BeNull();
        provider.GetRequiredService<IQrCodeWriter>().WriteSvg("svr").Should().StartWith("<svg");
    }

    private Task<Answer> LinkAsync(System.Net.Http.Headers.AuthenticationHeaderValue by) => _at.GetAsync($"/api/tags/{Uri.EscapeDataString(_tag.Tag)}/page", by);

    /// <summary>What a phone does with the address: the page, then the token for the cookie, then progress.</summary>
    private async Task ShouldOpenAsync(string link)
    {
        var address = new Uri(link);
        using var phone = new HttpClient();
        (await phone.GetStringAsync(address)).Should().Contain("<html");
        var token = address.Fragment["#view=".Length..];
        using var body = new StringContent($$"""{"view_token":"{{token}}"}""", System.Text.Encoding.UTF8, "application/json");
        (await phone.PostAsync(new Uri(address.GetLeftPart(UriPartial.Path) + "/session"), body)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await phone.GetAsync(new Uri(address, $"/api/tags/{Uri.EscapeDataString(_tag.Tag)}"))).StatusCode.Should().Be(HttpStatusCode.OK);
    }
}
