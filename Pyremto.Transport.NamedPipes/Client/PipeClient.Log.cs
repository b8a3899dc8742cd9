using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>What it writes to the log.</content>
internal sealed partial class PipeClient
{
    [LoggerMessage(330, LogLevel.Information, "Connected to the coordinator over pipe {Pipe}")]
    private static partial void LogConnected(ILogger logger, string pipe);

    [LoggerMessage(331, LogLevel.Warning, "The connection to the coordinator over pipe {Pipe} broke ({Reason}); connecting again")]
    private static partial void LogBroke(ILogger logger, string pipe, string reason);

    [LoggerMessage(332, LogLevel.Error, "Pipe {Pipe}: the coordinator refused this process: {Reason}")]
    private static partial void LogRefused(ILogger logger, string pipe, string reason);
}
