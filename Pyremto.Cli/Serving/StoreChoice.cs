using Microsoft.Extensions.DependencyInjection;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Serving;

/// <summary>The store that <c>--store</c> names.</summary>
/// <param name="SqliteFile">The SQLite file; null for a store in memory.</param>
internal sealed record StoreChoice(string? SqliteFile)
{
    private const string Sqlite = "sqlite:";

    /// <summary>How a person would name it.</summary>
    public string Name => SqliteFile ?? "memory";

    /// <summary>Reads it; null is the default, a file in the user's state directory.</summary>
    /// <exception cref="CommandException">There is no such store.</exception>
    public static StoreChoice Of(string? store) => store switch
    {
        null => new StoreChoice(Path.Combine(StateDirectory.Path, "pyremto.db")),
        "memory" => new StoreChoice(SqliteFile: null),
        _ when store.StartsWith(Sqlite, StringComparison.Ordinal) && store.Length > Sqlite.Length =>
            new StoreChoice(Path.GetFullPath(store[Sqlite.Length..])),
        _ when store.StartsWith("postgres", StringComparison.Ordinal) =>
            throw CommandException.WrongUse("This build has no PostgreSQL store; use --store sqlite:FILE."),
        _ => throw CommandException.WrongUse($"There is no store '{store}': memory or sqlite:FILE."),
    };

    /// <summary>Makes a host keep its jobs there.</summary>
    public void Use(IPyremtoBuilder builder)
    {
        if (SqliteFile is not { } file)
        {
            builder.UseInMemory();
            return;
        }
        if (Path.GetDirectoryName(file) == StateDirectory.Path)
            PrivateFile.CreateFolder(StateDirectory.Path);
        builder.UseSqlite(file);
    }
}
