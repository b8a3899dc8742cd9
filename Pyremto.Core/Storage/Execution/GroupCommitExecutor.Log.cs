using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>What it writes to the log.</content>
internal sealed partial class GroupCommitExecutor
{
    [LoggerMessage(EventId = 103, Level = LogLevel.Error, Message = "The store could not be read.")]
    private partial void LogReadFailed(Exception error);
}
