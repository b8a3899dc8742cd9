using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>The page's session with a tag: a view token or a password is traded for a cookie that may read, and read alone (S15).</summary>
internal sealed class SessionRoutes(PyremtoServer server)
{
    private static readonly RequestBody.Parse<SessionBody> Session = RequestBody.Contract(HttpJson.Default.SessionBody);

    public async Task BeginAsync(HttpContext context)
    {
        var tag = PyremtoServer.TagOf(context);
        var body = await server.Body.ReadAsync(context, Session, holdsCredential: true).ConfigureAwait(false);
        if ((body.ViewToken is null) == (body.Password is null))
            throw new InvalidRequestException("The body names either view_token or password.");
        var access = new TagAccess(tag, body.Password, body.ViewToken);
        server.PlainPasswords.Look(context, access);
        try
        {
            server.Cookie.Set(context, tag, body.Password is null
                ? await CheckTokenAsync(context, access).ConfigureAwait(false)
                : await TradePasswordAsync(context, access).ConfigureAwait(false));
        }
        catch (WrongPasswordException error)
        {
            server.Gate.Refused(context.Connection.RemoteIpAddress, access);
            // Not 401: a browser would ask for the password itself.
            throw new HttpRefusal(StatusCodes.Status403Forbidden, error.Message, error.Code);
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public Task EndAsync(HttpContext context)
    {
        server.Cookie.Forget(context, PyremtoServer.TagOf(context));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>A right token passes also while its address is banned, as it does by Bearer (S16).</summary>
    private async Task<string> CheckTokenAsync(HttpContext context, TagAccess access)
    {
        try
        {
            await server.Scheduler.GetProgressAsync(access, context.RequestAborted).ConfigureAwait(false);
            return ViewCookie.Takes(access.ViewToken!) ? access.ViewToken! : throw new WrongPasswordException("That is no view token.");
        }
        catch (WrongPasswordException)
        {
            var address = AddressNets.Key(context.Connection.RemoteIpAddress);
            server.Bans.Refuse(address);
            server.Bans.Offend(address);
            throw;
        }
    }

    private async Task<string> TradePasswordAsync(HttpContext context, TagAccess access)
    {
        await server.Gate.AdmitAsync(context.Connection.RemoteIpAddress, access).ConfigureAwait(false);
        return await server.Scheduler.IssueViewTokenAsync(access, lifetime: null, context.RequestAborted).ConfigureAwait(false);
    }
}
