using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Programs;
using Pyremto.Cli.Serving;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>The state of a run to look at: a copy, since the file belongs to the run, which may be under way.</summary>
internal sealed class StateCopy : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly PrivateFolder _folder;

    private StateCopy(IHost host, PrivateFolder folder) => (_host, _folder) = (host, folder);

    /// <summary>What is in it.</summary>
    public IJobScheduler Scheduler => _host.Services.GetRequiredService<IJobScheduler>();

    /// <summary>Copies and opens it.</summary>
    /// <exception cref="CommandException">There is no such file, or it is no state of a run.</exception>
    public static async Task<StateCopy> OpenAsync(string path, CommandOutput output, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw CommandException.WrongUse($"There is no state of a run '{path}' here ({Directory.GetCurrentDirectory()}).");
        var folder = PrivateFolder.Create(Path.Combine(StateDirectory.Path, "running"), TimeProvider.System.GetUtcNow());
        try
        {
            var copy = Path.Combine(folder.Path, "state.db");
            PrivateFile.CreateEmpty(copy);
            // SQLite blocks its thread, so it has one of its own.
            await Task.Factory.StartNew(() => SqliteCopy.Make(path, copy), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var builder = CommandHost.CreateBuilder(output);
            builder.Services.AddPyremto(static options => options.Retention = null).UseSqlite(copy);
            var host = builder.Build();
            await host.StartAsync(cancellationToken);
            return new StateCopy(host, folder);
        }
        catch (Exception error)
        {
            folder.Dispose();
            if (error is SqliteException or StoreUnavailableException)
                throw CommandException.WrongUse($"'{path}' is no state of a run: {error.Message}", error);
            throw;
        }
    }

    /// <summary>The tag of the jobs that the run works on: of a run whose input has changed, those that had no result by then.</summary>
    /// <exception cref="CommandException">There is no run in it.</exception>
    public async Task<string> FindTagAsync(string path, CancellationToken cancellationToken)
    {
        (string Tag, int Number)? newest = null;
        await foreach (var tag in Scheduler.ListTagsAsync(cancellationToken))
        {
            var notes = tag.Protected ? [] : await Scheduler.GetNotesAsync(new TagAccess(tag.Tag), RunNote.Kind, cancellationToken);
            if (notes.Count > 0 && RunNote.Read(notes[^1]).Number is var number && number > (newest?.Number ?? 0))
                newest = (tag.Tag, number);
        }
        return newest?.Tag ?? throw CommandException.WrongUse($"'{path}' holds no run; the jobs of a coordinator are listed with --tag.");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Dispose();
    }
}
