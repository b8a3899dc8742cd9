using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// Logs what the v2 protocol refuses, and why: its client shows its user at most that something failed. Once a minute for an address, tag
/// and verb. A banned address is logged by what it was banned for. Thread-safe.
/// </summary>
internal sealed partial class V2Refusals(TimeProvider time, ILogger logger)
{
    private const int MostKnown = 1000; // then the next ones are logged in a minute
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Address, string Tag, string Verb), long> _logged = new();

    /// <summary>Whether an error is a refusal with words for the caller.</summary>
    public static bool IsRefusal(Exception error) => error is (PyremtoException and not BannedException) or HttpRefusal or BadHttpRequestException;

    public void Log(V2Call call, string reason)
    {
        if (!logger.IsEnabled(LogLevel.Warning))
            return;
        var key = (call.Context.Connection.RemoteIpAddress?.ToString() ?? "this process", call.TagName ?? "none", call.Verb);
        var now = time.GetTimestamp();
        if (_logged.TryGetValue(key, out var last) && time.GetElapsedTime(last, now) < Quiet)
            return;
        if (_logged.Count >= MostKnown)
            Forget(now);
        if (_logged.Count < MostKnown)
        {
            _logged[key] = now;
            LogRefused(logger, call.Verb, key.Item2, key.Item1, reason);
        }
    }

    private void Forget(long now)
    {
        foreach (var (key, last) in _logged)
        {
            if (time.GetElapsedTime(last, now) >= Quiet)
                _logged.TryRemove(key, out _);
        }
    }

    [LoggerMessage(EventId = 406, Level = LogLevel.Warning, SkipEnabledCheck = true,
        Message = "A call of a Python script was refused: {Verb}, tag {Tag}, from {Address}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string verb, string tag, string address, string reason);
}
