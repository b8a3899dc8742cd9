using Pyremto.Cli.Connecting;

namespace Pyremto.Cli.Serving;

/// <summary>Says where a coordinator listens, in lines that can be pasted: here, and on another machine.</summary>
internal static class ServeAnnouncement
{
    /// <summary>The lines.</summary>
    /// <param name="settings">What the coordinator is.</param>
    /// <param name="addresses">Where it listens over HTTP, with the ports that were bound.</param>
    /// <param name="outside">The address by which other machines reach it; null where they do not.</param>
    /// <param name="operatorKey">The key where who reads this may see it; null where it is only told where it is.</param>
    public static IEnumerable<string> Lines(ServeSettings settings, IReadOnlyList<Uri> addresses, Uri? outside, string? operatorKey)
    {
        foreach (var address in addresses)
            yield return $"Listening at {ShownAddress.Text(address)}";
        foreach (var pipe in settings.Pipes)
            yield return $"Listening on pipe {pipe}";
        yield return settings.Store.SqliteFile is { } file ? $"Jobs are kept in {file}" : "Jobs are kept in memory: they end with this program";
        yield return "";
        yield return "On this machine:";
        foreach (var line in HereLines(settings, addresses))
            yield return "  " + line;
        if (outside is null)
            yield break;
        yield return "";
        yield return "On another machine:";
        yield return $"  export {ConnectionOptions.UrlVariable}={ShownAddress.Text(outside)}";
        foreach (var line in KeyLines(settings, operatorKey))
            yield return line;
        yield return "  pyremto work --tag my-tag -- PROGRAM ARG...";
    }

    private static IEnumerable<string> HereLines(ServeSettings settings, IReadOnlyList<Uri> addresses)
    {
        var location = addresses.Count > 0
            ? new CoordinatorLocation(ShownAddress.Text(ShownAddress.ForThisMachine(addresses[0])), Pipe: null, OperatorKey: null)
            : new CoordinatorLocation(Url: null, settings.Pipes[0], OperatorKey: null);
        yield return $"pyremto submit grid.jsonl --tag my-tag{location.Options}";
        yield return $"pyremto work --tag my-tag{location.Options} -- PROGRAM ARG...";
    }

    private static IEnumerable<string> KeyLines(ServeSettings settings, string? operatorKey)
    {
        if (settings.IsOpen)
            yield break;
        yield return operatorKey is not null
            ? $"  export {ConnectionOptions.OperatorKeyVariable}={operatorKey}   # to create and list tags"
            : $"  # to create and list tags, also {ConnectionOptions.OperatorKeyVariable}: the key is in {settings.OperatorKeyFile}";
    }
}
