using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>What it writes to the log.</content>
internal sealed partial class ServerConnection
{
    [LoggerMessage(320, LogLevel.Warning, "Pipe {Pipe}: a connection was ended since its peer does not keep to the protocol: {Problem}")]
    private static partial void LogMalformed(ILogger logger, string pipe, string problem);

    [LoggerMessage(321, LogLevel.Warning, "Pipe {Pipe}: a connection was ended: {Problem} for {Seconds:0.#} s")]
    private static partial void LogSilent(ILogger logger, string pipe, string problem, double seconds);

    [LoggerMessage(322, LogLevel.Warning, "Pipe {Pipe}: a client was refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string pipe, string reason);

    [LoggerMessage(323, LogLevel.Error, "Pipe {Pipe}: a connection broke")]
    private static partial void LogBroke(ILogger logger, string pipe, Exception error);

    [LoggerMessage(324, LogLevel.Error, "Pipe {Pipe}: a call failed; its caller was told '{Id}'")]
    private static partial void LogUnforeseen(ILogger logger, string pipe, string id, Exception error);
}
