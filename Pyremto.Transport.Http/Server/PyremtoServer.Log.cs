using Microsoft.Extensions.Logging;

namespace Pyremto;

internal sealed partial class PyremtoServer
{
    [LoggerMessage(EventId = 400, Level = LogLevel.Information, Message = "The coordinator listens on {Address}.")]
    private static partial void LogListening(ILogger logger, string address);

    [LoggerMessage(EventId = 401, Level = LogLevel.Information,
        Message = "Creating and listing tags from other machines needs the operator's key ({Source}).")]
    private static partial void LogKeyNeeded(ILogger logger, string source);

    [LoggerMessage(EventId = 402, Level = LogLevel.Error,
        Message = "There is no operator's key: nobody creates or lists tags from other machines.")]
    private static partial void LogNoKey(ILogger logger, Exception error);
}
