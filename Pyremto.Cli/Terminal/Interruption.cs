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
    private volatile Action<PosixSignal>? _handler;
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

    /// <summary>From now on, every signal is the verb's: it is called on a thread of the pool and has to return soon.</summary>
    public void HandleBy(Action<PosixSignal> handler) => _handler = handler;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _interrupted.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_handler is { } handler)
        {
            context.Cancel = true;
            handler(context.Signal);
        }
        else if (Interlocked.Increment(ref _signals) == 1)
        {
            context.Cancel = true;
            _interrupted.Cancel();
        }
    }
}
