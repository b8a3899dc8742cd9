using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// Logs what the v2 protocol refuses, and why: its client shows its user at most that something failed. A banned address is logged by what it
/// was banned for.
/// </summary>
internal static partial class V2Refusals
{
    /// <summary>Whether an error is a refusal with words for the caller.</summary>
    public static bool IsRefusal(Exception error) => error is (PyremtoException and not BannedException) or HttpRefusal or BadHttpRequestException;

    public static void Log(ILogger logger, V2Call call, string reason)
    {
        if (logger.IsEnabled(LogLevel.Warning))
            LogRefused(logger, call.Verb, call.TagName ?? "none", call.Context.Connection.RemoteIpAddress?.ToString() ?? "this process", reason);
    }

    [LoggerMessage(EventId = 406, Level = LogLevel.Warning, SkipEnabledCheck = true,
        Message = "A call of a Python script was refused: {Verb}, tag {Tag}, from {Address}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string verb, string tag, string address, string reason);
}
