using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>What it writes to the log.</content>
internal sealed partial class GroupCommitExecutor
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The store could not keep {Changes} changes; their callers are told, and memory is rebuilt from the store.")]
    private partial void LogCommitFailed(Exception error, int changes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Memory was rebuilt from the store after a failed commit.")]
    private partial void LogRestored();

    [LoggerMessage(Level = LogLevel.Error, Message = "The store could not be read.")]
    private partial void LogReadFailed(Exception error);
}
