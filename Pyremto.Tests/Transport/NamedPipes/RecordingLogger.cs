using Microsoft.Extensions.Logging;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>Keeps what was logged, and lets a test wait for a line. Thread-safe.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Part, TaskCompletionSource<string> Found)> _waiters = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel}: {formatter(state, exception)}";
        lock (_gate)
        {
            _lines.Add(line);
            foreach (var (_, found) in _waiters.Where(waiter => line.Contains(waiter.Part, StringComparison.Ordinal)))
                found.TrySetResult(line);
        }
    }

    /// <summary>The first line that holds that text, now or later.</summary>
    public async Task<string> LineAsync(string part)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lines.Find(line => line.Contains(part, StringComparison.Ordinal)) is { } line)
                return line;
            _waiters.Add((part, found));
        }
        try
        {
            return await found.Task.WaitAsync(PipeCoordinator.Patience);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"Nothing with '{part}' was logged, but: {string.Join(" | ", Lines)}", late);
        }
    }
}
