using System.CommandLine;
using Microsoft.Data.Sqlite;
using Pyremto.Cli.Serving;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto backup</c>: a consistent copy of a store, also while its coordinator runs.</summary>
internal sealed class BackupCommand : Verb
{
    private readonly Argument<string> _file = new("FILE") { Description = "Where the copy goes; it must not exist yet" };
    private readonly Option<string?> _store = new("--store")
    {
        Description = "What to copy, as it was given to 'serve'. Default: the store that 'serve' has by default",
        HelpName = "sqlite:FILE",
    };

    public BackupCommand()
        : base(
            "backup", "Copies a coordinator's SQLite store while it runs",
            "pyremto backup monday.db", "pyremto backup monday.db --store sqlite:jobs.db", "pyremto serve --store sqlite:monday.db")
    {
        Arguments.Add(_file);
        Options.Add(_store);
    }

    public override async Task<int> RunAsync(VerbContext context)
    {
        var target = Path.GetFullPath(context.Parsed.GetRequiredValue(_file));
        var source = StoreChoice.Of(context.Parsed.GetValue(_store)).SqliteFile
            ?? throw CommandException.WrongUse("Only a SQLite store can be copied: --store sqlite:FILE.");
        if (!File.Exists(source))
            throw CommandException.WrongUse($"There is no store {source}.");
        if (File.Exists(target))
            throw CommandException.WrongUse($"{target} exists already; name another file.");
        // A copy that was interrupted is not to be taken for one that is whole.
        var unfinished = target + ".part";
        try
        {
            PrivateFile.CreateEmpty(unfinished);
            // SQLite blocks its thread, so it has one of its own.
            await Task.Factory.StartNew(
                () => SqliteCopy.Make(source, unfinished), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            File.Move(unfinished, target);
        }
        catch (SqliteException error)
        {
            throw CommandException.WrongUse($"{source} cannot be copied: {error.Message}", error);
        }
        finally
        {
            File.Delete(unfinished);
        }
        var bytes = new FileInfo(target).Length;
        if (context.Output.IsJson)
            await context.Output.WriteJsonAsync(new MadeBackup(target, bytes), CommandJson.Default.MadeBackup, context.Stopped);
        else
            context.Output.WriteProgress($"Copied {source} to {target} ({bytes:N0} bytes).");
        return ExitCode.Done;
    }
}
