using Microsoft.Data.Sqlite;

namespace Pyremto.Cli.Terminal;

/// <summary>Whether an error comes from a disk, or a quota, that has no room left.</summary>
internal static class DiskFull
{
    private const int NoSpace = 28; // ENOSPC
    private const int OverQuota = 122; // EDQUOT
    private const int NoSpaceOnWindows = unchecked((int)0x80070070);
    private const int SqliteFull = 13;

    public static bool Is(Exception? error) => error switch
    {
        null => false,
        IOException { HResult: NoSpace or OverQuota or NoSpaceOnWindows } => true,
        SqliteException { SqliteErrorCode: SqliteFull } => true,
        _ => Is(error.InnerException),
    };
}
