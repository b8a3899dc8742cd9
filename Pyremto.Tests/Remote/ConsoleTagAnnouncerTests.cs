using Microsoft.Extensions.DependencyInjection;

namespace Pyremto.Tests.Remote;

public sealed class ConsoleTagAnnouncerTests
{
    [Fact]
    public async Task It_prints_the_code_the_tag_and_the_link()
    {
        using var output = new StringWriter();

        await new ConsoleTagAnnouncer(output).AnnounceAsync("Größe", new Uri("http://localhost:5080/t/Größe#view=abc"), CancellationToken.None);

        output.ToString().Should().StartWith(TagPages.QrCodes.WriteText("http://localhost:5080/t/Gr%C3%B6%C3%9Fe#view=abc", QrTextStyle.DarkBackground))
            .And.Contain("\ntag: Größe\nhttp://localhost:5080/t/Gr%C3%B6%C3%9Fe#view=abc\n").And.EndWith("PublicUrl.\n");
    }

    [Fact]
    public void AddPyremto_registers_it_unless_the_host_has_another()
    {
        var services = new ServiceCollection();
        services.AddPyremto();
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<ITagAnnouncer>().Should().BeOfType<ConsoleTagAnnouncer>();

        var own = new ConsoleTagAnnouncer(TextWriter.Null);
        var other = new ServiceCollection();
        other.AddSingleton<ITagAnnouncer>(own);
        other.AddPyremto();
        using var second = other.BuildServiceProvider();
        second.GetRequiredService<ITagAnnouncer>().Should().BeSameAs(own);
    }
}
