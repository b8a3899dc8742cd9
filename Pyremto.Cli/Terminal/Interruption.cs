using System.Runtime.InteropServices;

namespace Pyremto.Cli.Terminal;

/// <summary>
/// Ctrl-C, SIGTERM and the end of the terminal. The first cancels <see cref="Token"/>, a second one ends the process at once; a verb that
/// ends in steps takes them itself. Thread-safe.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _interrupted = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _gate = new();
    private Action<PosixSignal>? _handler;
    private int _signals;

    /// <summary>Begins to take signals.</summary>
    public Interruption()
    {
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        foreach (var signal in signals)
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Fires at the first signal, unless the verb takes signals itself.</summary>
    public CancellationToken Token => _interrupted.Token;

    /// <summary>
    /// From now on, every signal is the verb's: it is called on a thread of the pool and has to return soon. One that came before has fired
    /// <see cref="Token"/> by now: who looks at that next misses none.
    /// </summary>
    public void HandleBy(Action<PosixSignal> handler)
    {
        lock (_gate)
            _handler = handler;
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _interrupted.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        Action<PosixSignal>? handler;
        lock (_gate)
        {
            handler = _handler;
            if (handler is null)
            {
                if (_signals++ > 0)
                    return;
                _ = _interrupted.CancelAsync(); // has fired when it returns; what hangs on it goes on elsewhere
            }
        }
        context.Cancel = true;
        handler?.Invoke(context.Signal);
    }
}
