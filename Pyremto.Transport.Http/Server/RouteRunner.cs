using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>Runs a route: the door first, then its handler, and errors as problems.</summary>
internal sealed class RouteRunner(PyremtoServer server, Func<HttpContext, Task> handler, RouteNeeds needs)
{
    private readonly bool _changes = needs.HasFlag(RouteNeeds.Origin);
    private readonly bool _needsJson = needs.HasFlag(RouteNeeds.Json);
    private readonly bool _tokenSuffices = needs.HasFlag(RouteNeeds.TokenSuffices);

    public async Task RunAsync(HttpContext context)
    {
        try
        {
            server.Door.Enter(context, _changes, _needsJson);
            await handler(context).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            if (error is WrongPasswordException && context.Request.RouteValues["tag"] is string tag)
                server.Gate.Refused(context.Connection.RemoteIpAddress, Credential.Of(context.Request).For(tag));
            await server.Problems.AnswerAsync(context, error, _tokenSuffices).ConfigureAwait(false);
        }
    }
}

/// <summary>What a route asks of its requests.</summary>
[Flags]
internal enum RouteNeeds
{
    None = 0,

    /// <summary>A foreign Origin is refused, since it changes something.</summary>
    Origin = 1,

    /// <summary>The body is declared as JSON, which no web page can do without asking first.</summary>
    Json = 2,

    /// <summary>A token by Bearer may be enough (S15), so that a wrong one is asked for again, not forbidden.</summary>
    TokenSuffices = 4,
}
