using System.CommandLine;
using Pyremto.Cli.Terminal;
using Pyremto.Cli.Verbs;

namespace Pyremto.Cli.Serving;

/// <summary>The options of <c>pyremto serve</c>.</summary>
internal sealed class ServeOptions
{
    private readonly Option<string[]> _urls = new("--urls")
    {
        Description = "Where to listen: http://localhost:5080 for this machine alone (the default), http://*:5080 for all",
        HelpName = "URL",
    };

    private readonly Option<string[]> _pipes = new("--pipe")
    {
        Description = "A named pipe to listen on, for this user on this machine; without --urls instead of HTTP",
        HelpName = "NAME",
    };

    private readonly Option<string?> _store = new("--store")
    {
        Description = "memory, or sqlite:FILE. Default: a file in the user's state directory",
        HelpName = "STORE",
    };

    private readonly Option<string?> _publicUrl = new("--public-url")
    {
        Description = "The address under which others reach it, behind a proxy or a router",
        HelpName = "URL",
    };

    private readonly Option<string?> _operatorKeyFile = new("--operator-key-file")
    {
        Description = "The file that keeps the operator's key; it is made at the first start that needs one. Default: beside the store",
        HelpName = "FILE",
    };

    private readonly Option<bool> _open = new("--open") { Description = "Let everyone who reaches it create and list tags, without the operator's key" };

    private readonly Option<TimeSpan?> _retention = Durations.Option(
        "--keep", "How long a tag without activity is kept; 0 for ever. Default: 30d");

    private readonly Option<string?> _config = new("--config")
    {
        Description = "A JSON file with more settings: the sections Pyremto, Pyremto:Http and Kestrel (certificates)",
        HelpName = "FILE",
    };

    /// <summary>Gives a verb these options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_urls, _pipes, _store, _publicUrl, _operatorKeyFile, _open, _retention, _config])
            command.Options.Add(option);
    }

    /// <summary>What was chosen.</summary>
    /// <exception cref="CommandException">It makes no sense.</exception>
    public ServeSettings Read(ParseResult parsed)
    {
        var pipes = parsed.GetValue(_pipes) ?? [];
        string[] urls = [.. (parsed.GetValue(_urls) ?? []).SelectMany(static text => text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        var store = StoreChoice.Of(parsed.GetValue(_store));
        return new ServeSettings
        {
            Urls = urls.Length > 0 || pipes.Length > 0 ? urls : [Connecting.CoordinatorLocation.DefaultUrl],
            Pipes = pipes,
            Store = store,
            PublicUrl = PublicUrl(parsed.GetValue(_publicUrl)),
            OperatorKeyFile = Path.GetFullPath(parsed.GetValue(_operatorKeyFile) ?? Beside(store)),
            IsOpen = parsed.GetValue(_open),
            Retention = parsed.GetValue(_retention),
            ConfigFile = parsed.GetValue(_config) is { } config ? Path.GetFullPath(config) : null,
        };
    }

    private static Uri? PublicUrl(string? text)
    {
        if (text is null)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw CommandException.WrongUse($"'{text}' is no address for --public-url, like https://jobs.example.org.");
    }

    private static string Beside(StoreChoice store) =>
        store.SqliteFile is { } file ? Path.ChangeExtension(file, ".operator-key") : Path.Combine(StateDirectory.Path, "operator-key");
}
