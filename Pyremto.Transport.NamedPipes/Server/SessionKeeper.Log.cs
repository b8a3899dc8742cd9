using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>What it writes to the log.</content>
internal sealed partial class SessionKeeper
{
    [LoggerMessage(300, LogLevel.Warning, "The pipe of {Workers} broke and did not come back: what they had is lost and goes to others")]
    private static partial void LogLost(ILogger logger, string workers);

    [LoggerMessage(303, LogLevel.Debug, "{Workers} have left")]
    private static partial void LogLeft(ILogger logger, string workers);

    [LoggerMessage(301, LogLevel.Warning, "That the pipe of {Workers} broke could not be kept; what they had is lost when their leases end")]
    private static partial void LogNotTold(ILogger logger, string workers, Exception error);

    [LoggerMessage(302, LogLevel.Warning, "{Jobs} job(s) whose answer did not get through could not be given back; they are lost when their leases end")]
    private static partial void LogNotGivenBack(ILogger logger, int jobs, Exception error);
}
