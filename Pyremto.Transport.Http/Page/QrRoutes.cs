using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Pyremto;

/// <summary>The link to a tag's page with a view token in it, as text and as QR codes, for whoever has a credential of the tag (S15).</summary>
internal sealed class QrRoutes(PyremtoServer server)
{
    private readonly IQrCodeWriter? _codes = server.Services.GetService<IQrCodeWriter>();

    public async Task LinkAsync(HttpContext context)
    {
        var link = await FindAsync(context).ConfigureAwait(false);
        await server.Answers.JsonAsync(context, new PageAnswer(link.Url.AbsoluteUri, link.Hint), HttpJson.Default.PageAnswer).ConfigureAwait(false);
    }

    public async Task SvgAsync(HttpContext context)
    {
        var link = await FindAsync(context).ConfigureAwait(false);
        var image = Codes.WriteSvg(link.Url.AbsoluteUri);
        context.Response.ContentType = "image/svg+xml";
        await context.Response.WriteAsync(image, context.RequestAborted).ConfigureAwait(false);
    }

    public async Task PngAsync(HttpContext context)
    {
        var link = await FindAsync(context).ConfigureAwait(false);
        var image = Codes.WritePng(link.Url.AbsoluteUri);
        context.Response.ContentType = "image/png";
        context.Response.ContentLength = image.Length;
        await context.Response.BodyWriter.WriteAsync(image, context.RequestAborted).ConfigureAwait(false);
    }

    private IQrCodeWriter Codes =>
        _codes ?? throw new HttpRefusal(StatusCodes.Status501NotImplemented, "This server draws no QR codes: AddPyremto() registers an IQrCodeWriter.");

    private async Task<PageLink> FindAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        string token;
        if (access is { Password: null, ViewToken: { } own })
        {
            await server.Scheduler.GetProgressAsync(access, context.RequestAborted).ConfigureAwait(false); // checks it
            token = own;
        }
        else
        {
            token = await server.Scheduler.IssueViewTokenAsync(access, lifetime: null, context.RequestAborted).ConfigureAwait(false);
        }
        return new PageLink(new Uri($"{server.ProgressUrlOf(context, access.Tag)}#view={Uri.EscapeDataString(token)}"));
    }
}
