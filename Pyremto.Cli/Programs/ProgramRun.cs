namespace Pyremto.Cli.Programs;

/// <summary>One job on its way through a slot: what is to be run, who wants it stopped, and what came of it. Thread-safe.</summary>
internal sealed class ProgramRun(ProgramSettings settings, TimeProvider time, JsonText description, JobContext job, int slot)
{
    /// <summary>Timers do not take much more.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly TaskCompletionSource<JsonText> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private IRunningProgram? _program;
    private StopCause _cause;
    private bool _killed;
    private bool _graceIsOver;
    private long _startedAt;
    private ITimer? _timeout;
    private ITimer? _grace;

    public JsonText Description => description;

    public JobContext Job => job;

    /// <summary>The number of the slot that it runs in.</summary>
    public int Slot => slot;

    /// <summary>Ends when the program and all that came of it is done with.</summary>
    public Task<JsonText> End => _end.Task;

    /// <summary>Why it is to stop, if it is.</summary>
    public StopCause Cause
    {
        get
        {
            lock (_gate)
                return _cause;
        }
    }

    /// <summary>Tells the program to stop, and kills it when its grace is over. The first cause counts.</summary>
    public void Stop(StopCause cause)
    {
        lock (_gate)
        {
            if (_cause != StopCause.None)
                return;
            _cause = cause;
            if (_graceIsOver || settings.Grace <= TimeSpan.Zero)
                KillHeld();
            else
                _grace = time.CreateTimer(static run => ((ProgramRun)run!).Kill(), this, settings.Grace, Timeout.InfiniteTimeSpan);
            _program?.Terminate();
        }
    }

    /// <summary>No time is left: if the program was told to stop it is killed now, else as soon as it is to stop.</summary>
    public void EndGrace()
    {
        lock (_gate)
        {
            _graceIsOver = true;
            if (_cause is StopCause.Cancelled or StopCause.TimedOut)
                KillHeld();
        }
    }

    /// <summary>The program runs now; it may have been told to stop before.</summary>
    public void Started(IRunningProgram program)
    {
        lock (_gate)
        {
            _program = program;
            if (_killed)
                program.Kill();
            else if (_cause != StopCause.None)
                program.Terminate();
            else if (settings.Timeout is { } timeout)
            {
                _startedAt = time.GetTimestamp();
                _timeout = time.CreateTimer(static run => ((ProgramRun)run!).LookAtTime(), this, Shorter(timeout), Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>The program has ended: from now on nothing stops it for its time.</summary>
    /// <returns>Whether it was told to stop before, and why.</returns>
    public StopCause Ended()
    {
        lock (_gate)
        {
            _timeout?.Dispose();
            return _cause;
        }
    }

    /// <summary>Says what came of it.</summary>
    public void Finish(JsonText result) => Finish(() => _end.TrySetResult(result));

    /// <inheritdoc cref="Finish(JsonText)"/>
    public void Finish(Exception error) => Finish(() => _end.TrySetException(error));

    private void LookAtTime()
    {
        var left = settings.Timeout!.Value - time.GetElapsedTime(_startedAt);
        if (left <= TimeSpan.Zero)
            Stop(StopCause.TimedOut);
        else
            _timeout?.Change(Shorter(left), Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Shorter(TimeSpan time) => time < LongestTimer ? time : LongestTimer;

    private void Finish(Action end)
    {
        lock (_gate)
        {
            _timeout?.Dispose();
            _grace?.Dispose();
            _cause = _cause == StopCause.None ? StopCause.Over : _cause;
            _program = null;
        }
        end();
    }

    private void Kill()
    {
        lock (_gate)
            KillHeld();
    }

    private void KillHeld()
    {
        _killed = true;
        _program?.Kill();
    }
}

/// <summary>Why a program is told to stop.</summary>
internal enum StopCause
{
    None,

    /// <summary>Nobody needs its result any more, or the worker stops.</summary>
    Cancelled,

    /// <summary>It took longer than it may.</summary>
    TimedOut,

    /// <summary>It is over anyway.</summary>
    Over,
}
