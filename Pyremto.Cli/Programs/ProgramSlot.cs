namespace Pyremto.Cli.Programs;

/// <summary>
/// Runs one program after the other on a thread of its own: starting a program and waiting for it block, and no thread of the pool is
/// there for that.
/// </summary>
internal sealed class ProgramSlot : IDisposable
{
    private const int StackSize = 256 << 10;

    private readonly object _gate = new();
    private readonly Queue<ProgramRun> _waiting = [];
    private readonly ProgramExecutor _executor;
    private readonly Thread _thread;
    private bool _disposed;

    /// <param name="number">Its number, from 0.</param>
    /// <param name="executor">Does the work; disposed with this.</param>
    public ProgramSlot(int number, ProgramExecutor executor)
    {
        _executor = executor;
        _thread = new Thread(Loop, StackSize) { IsBackground = true, Name = $"program {number}" };
        _thread.Start();
    }

    /// <summary>Runs it when what was given before is over.</summary>
    public void Add(ProgramRun run)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _waiting.Enqueue(run);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends the thread when what it runs is over; waits for that.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        _executor.Dispose();
    }

    private void Loop()
    {
        while (Next() is { } run)
            _executor.Execute(run);
    }

    private ProgramRun? Next()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_disposed)
                Monitor.Wait(_gate);
            return _waiting.TryDequeue(out var run) ? run : null;
        }
    }
}
