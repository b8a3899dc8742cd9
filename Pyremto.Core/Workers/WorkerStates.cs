namespace Pyremto;

/// <summary>The workers of a host, for whoever asks how they do. Thread-safe.</summary>
internal sealed class WorkerStates
{
    private readonly Lock _gate = new();
    private readonly List<WorkerState> _workers = [];

    /// <summary>All of them, in the order of their start.</summary>
    public IReadOnlyList<WorkerState> All
    {
        get
        {
            lock (_gate)
                return [.. _workers];
        }
    }

    public void Add(WorkerState worker)
    {
        lock (_gate)
            _workers.Add(worker);
    }
}

/// <summary>How one worker does.</summary>
internal sealed class WorkerState(string name, TagRoster tags, WorkerShell shell)
{
    private volatile WorkerEnd? _end;

    /// <summary>Its end, once it has come.</summary>
    public WorkerEnd? End
    {
        set => _end = value;
    }

    /// <summary>Why it works no more, where nobody wanted that; else null.</summary>
    public string? Failure => _end is { Message: { } message } ? $"Worker '{name}' has ended ({_end.Reason}): {message}" : null;

    /// <summary>What it goes on without.</summary>
    public IEnumerable<string> Shortcomings
    {
        get
        {
            var (now, clock) = (shell.Now, shell.Time.GetUtcNow());
            foreach (var left in _end is null ? tags.LeftOut : [])
            {
                if (left.Cause == LeftOutCause.Missing)
                    continue; // it need not exist yet
                var what = left.Cause == LeftOutCause.Failing ? "sits out" : "is refused for";
                var next = left.Until > now ? $"at {clock - now + left.Until:u}" : "now";
                yield return $"Worker '{name}' {what} the tag '{left.Tag}' since {clock - now + left.Since:u}: {left.Reason} Its next try is {next}.";
            }
        }
    }
}
