namespace Pyremto.Cli.Programs;

/// <summary>
/// Runs one program after the other on a thread of its own: starting a program and waiting for it block, and no thread of the pool is
/// there for that.
/// </summary>
internal sealed class ProgramSlot
{
    private const int StackSize = 256 << 10;

    private readonly object _gate = new();
    private readonly Queue<ProgramRun> _waiting = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProgramExecutor _executor;
    private ProgramRun? _current;
    private bool _ending;

    /// <param name="number">Its number, from 0.</param>
    /// <param name="executor">Does the work; disposed at the end.</param>
    public ProgramSlot(int number, ProgramExecutor executor)
    {
        _executor = executor;
        new Thread(Loop, StackSize) { IsBackground = true, Name = $"program {number}" }.Start();
    }

    /// <summary>Runs it when what was given before is over.</summary>
    public void Add(ProgramRun run)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ending, this);
            _waiting.Enqueue(run);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Stops what runs and what waits; ends when all of that is over, and the thread with it.</summary>
    public Task EndAsync()
    {
        List<ProgramRun> runs;
        lock (_gate)
        {
            _ending = true;
            runs = [.. _waiting];
            if (_current is not null)
                runs.Add(_current);
            Monitor.Pulse(_gate);
        }
        foreach (var run in runs)
            run.Stop(StopCause.Cancelled);
        return _ended.Task;
    }

    private void Loop()
    {
        while (Next() is { } run)
            _executor.Execute(run);
        _executor.Dispose();
        _ended.SetResult();
    }

    private ProgramRun? Next()
    {
        lock (_gate)
        {
            _current = null;
            while (_waiting.Count == 0 && !_ending)
                Monitor.Wait(_gate);
            _waiting.TryDequeue(out _current);
            return _current;
        }
    }
}
