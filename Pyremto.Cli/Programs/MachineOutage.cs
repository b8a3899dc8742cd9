using Microsoft.Extensions.Logging;

namespace Pyremto.Cli.Programs;

/// <summary>
/// The time in which a machine can run no programs: told once, however many slots meet it, with pauses that grow for each slot.
/// Thread-safe.
/// </summary>
internal sealed partial class MachineOutage(int slots, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly TimeSpan[] _pauses = new TimeSpan[slots];
    private volatile bool _isTold;

    /// <summary>A slot could not run its job: waits before that is given back.</summary>
    public Task PauseAsync(int slot, string problem, CancellationToken cancellationToken)
    {
        TimeSpan pause;
        lock (_pauses)
        {
            pause = _pauses[slot] = _pauses[slot] == TimeSpan.Zero ? FirstPause
                : _pauses[slot] * 2 < LongestPause ? _pauses[slot] * 2 : LongestPause;
            if (!_isTold)
                LogBegan(problem);
            _isTold = true;
        }
        return Task.Delay(pause, time, cancellationToken);
    }

    /// <summary>A slot has run its job; the outage ends with the last slot that was held up by it.</summary>
    public void Over(int slot)
    {
        if (!_isTold)
            return;
        lock (_pauses)
        {
            _pauses[slot] = TimeSpan.Zero;
            if (!_isTold || _pauses.Any(pause => pause > TimeSpan.Zero))
                return;
            LogOver();
            _isTold = false;
        }
    }

    [LoggerMessage(701, LogLevel.Warning, "{Problem} Jobs are given back, and tried again, until that is mended.")]
    private partial void LogBegan(string problem);

    [LoggerMessage(702, LogLevel.Warning, "Programs can be run again.")]
    private partial void LogOver();
}
