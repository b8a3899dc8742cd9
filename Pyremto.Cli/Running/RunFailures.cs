using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>Follows which jobs fail, and tells the first of each kind as it happens. Thread-safe.</summary>
internal sealed class RunFailures(CommandOutput output)
{
    private const int MostKindsTold = 5;
    private const int LongestLine = 400;

    private readonly Lock _gate = new();
    private readonly HashSet<int> _failing = [];
    private readonly Dictionary<int, int> _failures = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

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
            _failing.Remove(job);
    }

    public void Failed(int job, Exception error)
    {
        var reason = FailureReason.Of(error.Message, (error as JobFailedException)?.ExitCode);
        bool isNew;
        int tries;
        lock (_gate)
        {
            _failing.Add(job);
            tries = _failures[job] = _failures.GetValueOrDefault(job) + 1;
            isNew = _told.Count < MostKindsTold && _told.Add(reason);
        }
        if (isNew)
            output.WriteProgress(TerminalText.Fit($"Job {job} failed{(tries > 1 ? $" (try {tries})" : "")}: {reason}", LongestLine));
    }
}
