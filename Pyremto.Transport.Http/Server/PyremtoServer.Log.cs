using Microsoft.Extensions.Logging;

namespace Pyremto;

internal sealed partial class PyremtoServer
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The coordinator listens on {Address}.")]
    private static partial void LogListening(ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating and listing tags from other machines needs the operator's key ({Source}).")]
    private static partial void LogKeyNeeded(ILogger logger, string source);

    [LoggerMessage(Level = LogLevel.Error, Message = "There is no operator's key: nobody creates or lists tags from other machines.")]
    private static partial void LogNoKey(ILogger logger, Exception error);
}
