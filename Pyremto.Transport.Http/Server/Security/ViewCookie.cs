using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>
/// The cookie that the progress page gets for its view token (S15): no script reads it, no other site's page sends it, and it does no more than
/// the token. Each tag has one of its own, and so has each port, for which a browser has no regard.
/// </summary>
internal sealed class ViewCookie(PyremtoHttpOptions options, string prefix)
{
    private const int LongestToken = 256;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30); // the token itself may end before
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly object Used = new();

    /// <summary>Whether a token can be kept in it: all that are made here can.</summary>
    public static bool Takes(string token) => token.Length is > 0 and <= LongestToken && !token.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>Whether the request's credential is that of its cookie.</summary>
    public static bool IsUsedBy(HttpContext context) => context.Items.ContainsKey(Used);

    /// <summary>The access with the token that the request's cookie holds for the tag, if it has one.</summary>
    public TagAccess AddTo(TagAccess access, HttpContext context)
    {
        if (!context.Request.Cookies.TryGetValue(NameOf(context, access.Tag), out var token) || !Takes(token))
            return access;
        context.Items[Used] = true;
        return access with { ViewToken = token };
    }

    public void Set(HttpContext context, string tag, string token) =>
        context.Response.Cookies.Append(NameOf(context, tag), token, Attributes(context, Lifetime));

    public void Forget(HttpContext context, string tag) =>
        context.Response.Cookies.Delete(NameOf(context, tag), Attributes(context, lifetime: null));

    private CookieOptions Attributes(HttpContext context, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps || PublicUrlOf(context) is { Scheme: "https" },
        Path = PathOf(context),
        MaxAge = lifetime,
        IsEssential = true,
    };

    /// <summary>What stands before every route, as the browser sees it: a proxy may have changed it, and the public address says
    /// how.</summary>
    private string PathOf(HttpContext context) =>
        (PublicUrlOf(context)?.AbsolutePath ?? $"{context.Request.PathBase.ToUriComponent()}{prefix}").TrimEnd('/') + "/";

    /// <summary>The public address where the request came by it.</summary>
    private Uri? PublicUrlOf(HttpContext context) =>
        options.PublicUrl is { } url && url.Authority.Equals(context.Request.Host.Value, StringComparison.OrdinalIgnoreCase) ? url : null;

    private string NameOf(HttpContext context, string tag)
    {
        var named = $"{context.Request.Host.Value}{context.Request.PathBase}{prefix}/{tag}";
        return "pyremto-view-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(named)).AsSpan(0, 8));
    }
}
