using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>
/// Follows which jobs fail: tells the first of each kind as it happens, and when so many fail before any succeeds that the program itself must
/// be broken. Thread-safe.
/// </summary>
internal sealed class RunFailures(CommandOutput output, bool stopsEarly) : IDisposable
{
    private const int MostKindsTold = 5;
    private const int MostBeforeSuccess = 10;
    private const int LongestLine = 400;

    private readonly Lock _gate = new();
    private readonly HashSet<int> _failing = [];
    private readonly Dictionary<int, int> _failures = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _hopeless = new();
    private bool _anySucceeded;

    /// <summary>Fires when the first ten jobs failed and none succeeded.</summary>
    public CancellationToken Hopeless => _hopeless.Token;

    /// <summary>How many jobs failed at their last attempt in this run.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _failing.Count;
        }
    }

    public void Succeeded(int job)
    {
        lock (_gate)
        {
            _anySucceeded = true;
            _failing.Remove(job);
        }
    }

    public void Failed(int job, Exception error)
    {
        var reason = FailureReason.Of(error.Message, (error as JobFailedException)?.ExitCode);
        bool isNew, isHopeless;
        int tries;
        lock (_gate)
        {
            _failing.Add(job);
            tries = _failures[job] = _failures.GetValueOrDefault(job) + 1;
            isNew = _told.Count < MostKindsTold && _told.Add(reason);
            isHopeless = stopsEarly && !_anySucceeded && _failing.Count == MostBeforeSuccess;
        }
        if (isNew)
            output.WriteProgress(TerminalText.Fit($"Job {job} failed{(tries > 1 ? $" (try {tries})" : "")}: {reason}", LongestLine));
        if (isHopeless)
            _hopeless.Cancel();
    }

    public void Dispose() => _hopeless.Dispose();

    /// <summary>Results from before say that the program works.</summary>
    public void HasResults()
    {
        lock (_gate)
            _anySucceeded = true;
    }
}
