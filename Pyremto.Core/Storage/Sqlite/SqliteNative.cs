using System.Runtime.InteropServices;

namespace Pyremto;

/// <summary>
/// The functions of SQLite that <see cref="SqliteInsert"/> calls a dozen times a row. SQLitePCLRaw counts references to the statement at
/// each call, which together is a quarter of what an insert takes.
/// </summary>
internal static partial class SqliteNative
{
    /// <summary>The library that SQLitePCLRaw.bundle_e_sqlite3 brings along and every other call goes to.</summary>
    private const string Library = "e_sqlite3";

    /// <summary>Makes SQLite copy what is bound before the call returns.</summary>
    public const nint Transient = -1;

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static partial int BindInt64(nint statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static partial int BindNull(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static partial int BindText(nint statement, int index, ReadOnlySpan<byte> utf8, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static partial int Reset(nint statement);
}
