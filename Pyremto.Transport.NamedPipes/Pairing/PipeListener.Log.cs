using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>What it writes to the log.</content>
internal sealed partial class PipeListener
{
    [LoggerMessage(312, LogLevel.Warning, "Pipe {Pipe}: a connection was ended: it said nothing that introduces it for {Seconds:0.#} s")]
    private static partial void LogSilent(ILogger logger, string pipe, double seconds);

    [LoggerMessage(313, LogLevel.Warning, "Pipe {Pipe}: a connection was ended since its peer does not keep to the protocol: {Problem}")]
    private static partial void LogForeign(ILogger logger, string pipe, string problem);
}
