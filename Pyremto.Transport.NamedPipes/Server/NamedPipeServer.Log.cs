using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>What it writes to the log.</content>
internal sealed partial class NamedPipeServer
{
    [LoggerMessage(310, LogLevel.Information, "Workers can connect with UseNamedPipe(\"{Pipe}\")")]
    private static partial void LogListening(ILogger logger, string pipe);
}
