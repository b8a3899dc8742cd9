using System.Runtime.InteropServices;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Working;

/// <summary>
/// The ways in which a worker is ended from outside. Ctrl-C, and the time of <c>--stop-after</c>: no more jobs, what runs is finished.
/// SIGTERM, and the end of the terminal: no more jobs, the programs are told and have their grace. Ctrl-C once more: the programs are killed, the jobs given back.
/// Thread-safe.
/// </summary>
/// <param name="output">Is told what follows.</param>
/// <param name="grace">How long programs have that are told to stop.</param>
/// <param name="endGrace">Kills programs that are told to stop without waiting for them.</param>
internal sealed class WorkStop(CommandOutput output, TimeSpan grace, Action endGrace) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _askNoMore = new();
    private readonly TaskCompletionSource _endNow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDisposed;
    private bool _isTerminated;

    /// <summary>Fires when no more jobs are to be asked for.</summary>
    public CancellationToken AskNoMore => _askNoMore.Token;

    /// <summary>Ends when the host is to be stopped, whatever runs.</summary>
    public Task EndNow => _endNow.Task;

    /// <summary>Whether somebody pressed Ctrl-C.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>From now on, asks for no more jobs when a time is over.</summary>
    public void After(TimeSpan time, TimeProvider clock) => _ = AfterAsync(time, clock);

    /// <summary>Takes a signal.</summary>
    public void OnSignal(PosixSignal signal)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            if (signal != PosixSignal.SIGINT)
                Terminate();
            else if (IsInterrupted || _isTerminated)
                GiveUp();
            else
                Drain();
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _isDisposed = true;
        _askNoMore.Dispose();
    }

    private void Drain()
    {
        IsInterrupted = true;
        output.WriteProgress("Finishing what runs, taking no more jobs. Ctrl-C again gives the jobs back at once.");
        _askNoMore.Cancel();
    }

    private void Terminate()
    {
        if (_isTerminated)
            return; // whoever ends us may say so again and again
        _isTerminated = true;
        output.WriteProgress($"Stopping: the programs are told and have {WorkLines.Time(grace)} to end.");
        _askNoMore.Cancel();
        _endNow.TrySetResult();
    }

    private void GiveUp()
    {
        if (IsInterrupted && _endNow.Task.IsCompleted && !_isTerminated)
            return;
        IsInterrupted = true;
        output.WriteProgress("Giving the jobs back.");
        endGrace();
        _endNow.TrySetResult();
    }

    private async Task AfterAsync(TimeSpan time, TimeProvider clock)
    {
        try
        {
            await Task.Delay(time, clock, _askNoMore.Token);
        }
        catch (OperationCanceledException)
        {
            return; // no more jobs are asked for already
        }
        TimeIsOver();
    }

    private void TimeIsOver()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            output.WriteProgress("Its time is over (--stop-after): finishing what runs, taking no more jobs.");
            _askNoMore.Cancel();
        }
    }
}
