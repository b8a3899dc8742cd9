using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>What the server around the v2 protocol decides for it.</summary>
internal sealed record PyremtoV2Options
{
    /// <summary>Looks at each request before anything else; throws where it is refused.</summary>
    public Action<HttpContext> Enter { get; init; } = static _ => { };

    /// <summary>
    /// Lets a password on to the scheduler; throws <see cref="WrongPasswordException"/>, which it has counted itself, or <see cref="BannedException"/> (S16).
    /// </summary>
    public Func<HttpContext, TagAccess, CancellationToken, ValueTask> AdmitAsync { get; init; } = static (_, _, _) => default;

    /// <summary>Is told of each credential that the scheduler refused, a missing one included.</summary>
    public Action<HttpContext, TagAccess> Refused { get; init; } = static (_, _) => { };

    /// <summary>Whether who sends this request may create tags (S15): he has the operator key, or needs none.</summary>
    public Func<HttpContext, bool> MayCreateTags { get; init; } = static _ => true;

    /// <summary>The address under which people reach this server, with the prefix under which its routes lie.</summary>
    public Func<HttpContext, Uri> BaseAddress { get; init; } = static context =>
        new Uri($"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}{context.Request.PathBase.ToUriComponent()}/");
}
