using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Connecting;

/// <summary>The address of a tag's page. What it reads with is a token, never the password.</summary>
internal static class PageLink
{
    /// <summary>The page of a tag; null where the coordinator is reached over a pipe, since then nobody knows an address of it.</summary>
    public static async Task<Uri?> FindAsync(CoordinatorConnection connection, TagAccess tag, CancellationToken cancellationToken)
    {
        if (connection.Location.Url is null)
            return null;
        var token = tag.Password is null ? null : await connection.Scheduler.IssueViewTokenAsync(tag, lifetime: null, cancellationToken);
        return Of(connection.Location, tag.Tag, token);
    }

    /// <summary>The page of a tag with a token that reads it.</summary>
    public static Uri? Of(CoordinatorLocation location, string tag, string? token)
    {
        if (location.Url is not { } url)
            return null;
        var page = new UriBuilder(url);
        page.Path = $"{page.Path.TrimEnd('/')}/t/{Uri.EscapeDataString(tag)}";
        page.Fragment = token is null ? "" : $"view={token}";
        return page.Uri;
    }

    /// <summary>Shows it to a person.</summary>
    public static void Show(Uri? page, CommandOutput output)
    {
        if (page is not null)
            output.WriteProgress($"Page: {page.AbsoluteUri}");
    }
}
