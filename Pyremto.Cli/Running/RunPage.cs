using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>The progress page of a run on a port, for as long as it runs.</summary>
internal sealed class RunPage : IAsyncDisposable
{
    private readonly IHost _host;

    private RunPage(IHost host) => _host = host;

    /// <summary>Opens it, and shows its link and code.</summary>
    /// <exception cref="CommandException">It cannot listen there.</exception>
    public static async Task<RunPage> OpenAsync(
        PageSettings settings, IJobScheduler scheduler, RunPlan plan, CommandOutput output, CancellationToken cancellationToken)
    {
        var tag = plan.Set!;
        var token = await scheduler.IssueViewTokenAsync(new TagAccess(tag), lifetime: null, cancellationToken);
        var builder = CommandHost.CreateBuilder(output);
        try
        {
            builder.Services.AddPyremto()
                .UseRemoteScheduler("run", _ => new ViewOnlyScheduler(new RunView(scheduler, plan), tag, token))
                .ListenOnHttp(settings.Url, http =>
                {
                    http.Open = true; // there is nothing that a key would open
                    http.PublicUrl = settings.PublicUrl;
                });
        }
        catch (ArgumentException error)
        {
            throw CommandException.WrongUse(error.Message.Split(" (Parameter", 2)[0], error);
        }
        var page = new RunPage(builder.Build());
        try
        {
            await page._host.StartAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException)
        {
            await page.DisposeAsync();
            throw CommandException.WrongUse($"The page cannot be shown. {error.Message.TrimEnd('.')}. Choose another address with --urls.", error);
        }
        await page.ShowAsync(tag, token, output, cancellationToken);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private async Task ShowAsync(string tag, string token, CommandOutput output, CancellationToken cancellationToken)
    {
        var page = _host.Services.GetRequiredService<PageHosts>().AddressOf(tag)!;
        var link = new PageLink(new UriBuilder(page) { Fragment = $"view={token}" }.Uri);
        if (!output.IsLive)
        {
            output.WriteProgress($"Page: {link.Url.AbsoluteUri}");
            return;
        }
        using var text = new StringWriter { NewLine = "\n" };
        await TagPages.PrintAsync(text, tag, link, output.HasColours ? QrTextStyle.Colours : QrTextStyle.DarkBackground, cancellationToken);
        output.WriteProgress(text.ToString().TrimEnd('\n'));
    }
}
