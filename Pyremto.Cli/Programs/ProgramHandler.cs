using Microsoft.Extensions.Logging;

namespace Pyremto.Cli.Programs;

/// <summary>
/// Does jobs by running a program on each, each slot of a worker one at a time. To be registered as a singleton. Thread-safe.
/// </summary>
/// <remarks>
/// When a job's token fires, the program is told to stop and gets <see cref="ProgramSettings.Grace"/>. If it ends well and with a result
/// within that, the result is returned all the same, for the worker to take or leave; else the job ends as cancelled.
/// </remarks>
internal sealed class ProgramHandler : IJobHandler<JsonText, JsonText>, IAsyncDisposable
{
    private readonly ProgramSettings _settings;
    private readonly TimeProvider _time;
    private readonly PrivateFolder _folder;
    private readonly OrphanGuard _guard;
    private readonly IProgramLauncher _launcher;
    private readonly MachineOutage _outage;
    private readonly ProgramSlot?[] _slots;
    private readonly Func<int, ProgramSlot> _newSlot;
    private readonly CancellationTokenSource _graceOver = new();
    private volatile bool _hasStarted;
    private bool _disposed;

    /// <exception cref="ProgramLineException">The program is not there or cannot be run, or its output cannot be kept where that was
    /// wanted.</exception>
    public ProgramHandler(ProgramSettings settings, TimeProvider time, ILogger<ProgramHandler> logger)
    {
        _settings = settings;
        _time = time;
        var file = ProgramFile.Locate(settings.Line.Program, Environment.GetEnvironmentVariable("PATH"));
        CreateLogsFolder(settings.LogsFolder);
        _folder = PrivateFolder.Create(settings.FilesFolder, time.GetUtcNow());
        _outage = new MachineOutage(settings.Concurrency, time, logger);
        var environment = ProgramEnvironment.For(settings);
        _guard = OrphanGuard.Start(_folder.Path, settings.Concurrency, logger);
        _launcher = OperatingSystem.IsLinux() && !settings.Portable
            ? new SpawnLauncher(environment, _folder.Path, settings.Concurrency)
            : new SystemProcessLauncher(environment);
        _slots = new ProgramSlot?[settings.Concurrency];
        var failedOutput = settings.FailedFolder is { } failed ? new FailedOutput(failed, time, settings.FailedLimits) : null;
        failedOutput?.Trim();
        var results = new ResultReader(settings.Raw, settings.MaxResultBytes);
        _newSlot = number => new ProgramSlot(number, new ProgramExecutor(settings, file, _launcher, results, _guard, _folder, failedOutput));
    }

    /// <summary>Runs the program on one job.</summary>
    /// <exception cref="JobFailedException">It failed, took too long, or left no result.</exception>
    /// <exception cref="JobReleasedException">This machine cannot run programs now; thrown after a pause.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop and left no result within its grace.</exception>
    public async Task<JsonText> RunAsync(JsonText job, JobContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var run = new ProgramRun(_settings, _time, job, context, context.Slot % _slots.Length);
        SlotOf(run.Slot).Add(run);
        using var stop = cancellationToken.Register(static run => ((ProgramRun)run!).Stop(StopCause.Cancelled), run);
        using var hurry = _graceOver.Token.Register(static run => ((ProgramRun)run!).EndGrace(), run);
        try
        {
            var result = await run.End;
            HasRun(run);
            return result;
        }
        catch (JobFailedException)
        {
            HasRun(run);
            throw;
        }
        catch (ProgramStartException error) when (!_hasStarted || error.IsOfTheJob)
        {
            throw new JobFailedException($"{error.Message} (on {Environment.MachineName})", error) { ExitCode = error.ExitCode };
        }
        catch (Exception fault) when (fault is MachineFaultException or ProgramStartException)
        {
            await _outage.PauseAsync(run.Slot, fault.Message, cancellationToken);
            throw new JobReleasedException(fault.Message, fault);
        }
    }

    /// <summary>From now on nobody is waited for: a program that is told to stop, or was before, is killed at once.</summary>
    public void EndGrace() => _graceOver.Cancel();

    /// <summary>Stops what still runs, as a job's token would, waits for its end and clears up.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_slots)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        await Task.WhenAll(_slots.Select(slot => slot?.EndAsync() ?? Task.CompletedTask));
        _graceOver.Dispose();
        _launcher.Dispose();
        await _guard.DisposeAsync();
        _folder.Dispose();
    }

    private void HasRun(ProgramRun run)
    {
        _hasStarted = true; // from now on it is this machine's fault where the program cannot be started
        _outage.Over(run.Slot);
    }

    private static void CreateLogsFolder(string? folder)
    {
        try
        {
            if (folder is not null)
                PrivateFile.CreateFolderIfMissing(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ProgramLineException($"No output can be kept in '{folder}': {error.Message} Name another folder with --logs.");
        }
    }

    private ProgramSlot SlotOf(int number)
    {
        lock (_slots)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _slots[number] ??= _newSlot(number);
        }
    }
}
