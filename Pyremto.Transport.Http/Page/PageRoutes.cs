using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Pyremto;

/// <summary>The progress page and its files. They hold nothing of a tag, so nobody has to say who he is to load them.</summary>
internal sealed class PageRoutes
{
    private static readonly StringValues OwnFilesOnly =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly StringValues AskEachTime = "no-cache"; // the ETag makes that cheap

    private readonly Lazy<PageFiles> _files = new(PageFiles.Load);

    /// <summary>The page; which tag it is of, its script reads from its address.</summary>
    public Task PageAsync(HttpContext context)
    {
        if (context.Request.Path.Value is [.., '/'])
        {
            // The page names its files relative to /t/TAG. So does this, since a proxy may have added to the path.
            context.Response.Redirect($"../{Uri.EscapeDataString(PyremtoServer.TagOf(context))}", permanent: true);
            return Task.CompletedTask;
        }
        context.Response.Headers.ContentSecurityPolicy = OwnFilesOnly;
        return SendAsync(context, _files.Value.Find(PageFiles.Index)!);
    }

    public Task FileAsync(HttpContext context) =>
        context.Request.RouteValues["file"] switch
        {
            PageIcon.Name => SendAsync(context, PageIcon.Of(context)),
            string name when name != PageFiles.Index && _files.Value.Find(name) is { } file => SendAsync(context, file),
            _ => throw new HttpRefusal(StatusCodes.Status404NotFound, "The page has no such file."),
        };

    private static async Task SendAsync(HttpContext context, PageFile file)
    {
        var response = context.Response;
        response.Headers.ETag = file.ETag;
        response.Headers.CacheControl = AskEachTime;
        if (EntityTag.IsKnown(context.Request.Headers.IfNoneMatch, file.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = file.ContentType;
        response.ContentLength = file.Content.Length;
        await response.BodyWriter.WriteAsync(file.Content, context.RequestAborted).ConfigureAwait(false);
    }
}
