using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace HyperparameterSearch;

/// <summary>
/// The worker processes of a coordinator: this program, started again. One that dies is replaced, so that a crash costs no more than the
/// job's attempt; a place in which one after the other dies stays empty.
/// </summary>
internal sealed partial class WorkerProcesses : IAsyncDisposable
{
    private const int MostRestarts = 5;

    /// <summary>How long a process that is to end may take: its job, its last report, and its host.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);

    private readonly SearchOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _allDied = new();
    private readonly Task _places;
    private int _alive;

    /// <summary>Starts them.</summary>
    public WorkerProcesses(int count, SearchOptions options, ILogger<WorkerProcesses> logger)
    {
        (_options, _logger, _alive) = (options, logger, count);
        _places = Task.WhenAll(Enumerable.Range(0, count).Select(_ => KeepPlaceAsync()));
    }

    /// <summary>Fires when every place is empty, and work may be left.</summary>
    public CancellationToken AllDied => _allDied.Token;

    /// <summary>Ends them in order: what they compute is finished or given back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _places;
        _stopping.Dispose();
        _allDied.Dispose();
    }

    private async Task KeepPlaceAsync()
    {
        for (var starts = 1; await RunAsync(); starts++)
        {
            if (starts <= MostRestarts)
                continue;
            LogGivenUp(_logger, starts);
            if (Interlocked.Decrement(ref _alive) == 0)
                await _allDied.CancelAsync();
            return;
        }
    }

    /// <summary>Runs a worker process to its end; true if it died, false if there is no reason to start another.</summary>
    private async Task<bool> RunAsync()
    {
        Process process;
        try
        {
            process = Process.Start(Command())!;
        }
        catch (Win32Exception error)
        {
            LogNotStarted(_logger, error);
            return true;
        }

        using (process)
        {
            LogStarted(_logger, process.Id);
            var output = Task.WhenAll(RelayAsync(process.Id, process.StandardOutput), RelayAsync(process.Id, process.StandardError));
            var wasToEnd = await WaitForEndAsync(process);
            await output;
            if (wasToEnd || process.ExitCode == 0)
                return false;
            LogDied(_logger, process.Id, process.ExitCode);
            return true;
        }
    }

    /// <summary>Waits for the end of a process; true if it was told to end.</summary>
    private async Task<bool> WaitForEndAsync(Process process)
    {
        try
        {
            await process.WaitForExitAsync(_stopping.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            process.StandardInput.Close(); // WorkerRole ends then
        }

        using var patience = new CancellationTokenSource(EndWithin);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return true;
    }

    /// <summary>This program again: as an executable of its own, or run by <c>dotnet</c>.</summary>
    private ProcessStartInfo Command()
    {
        var program = Environment.ProcessPath!;
        var isDotnet = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var arguments = _options.ForWorker();
        return new(program, isDotnet ? [typeof(WorkerProcesses).Assembly.Location, .. arguments] : arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
    }

    private async Task RelayAsync(int id, StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
            LogSaid(_logger, id, line);
    }

    [LoggerMessage(1, LogLevel.Information, "Worker process {Process} was started.")]
    private static partial void LogStarted(ILogger logger, int process);

    [LoggerMessage(2, LogLevel.Warning, "Worker process {Process} says: {Line}")]
    private static partial void LogSaid(ILogger logger, int process, string line);

    [LoggerMessage(3, LogLevel.Warning, "Worker process {Process} died (exit code {ExitCode}).")]
    private static partial void LogDied(ILogger logger, int process, int exitCode);

    [LoggerMessage(4, LogLevel.Warning, "A worker process could not be started.")]
    private static partial void LogNotStarted(ILogger logger, Exception error);

    [LoggerMessage(5, LogLevel.Error, "{Starts} worker processes died one after the other; no other takes their place.")]
    private static partial void LogGivenUp(ILogger logger, int starts);
}
