namespace Pyremto.Cli.Programs;

/// <summary>Where a program is, found before any job is asked for.</summary>
internal static class ProgramFile
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The path of a program that is there and may be run.</summary>
    /// <param name="program">A path if it has a slash, else a name that is looked for on the PATH.</param>
    /// <param name="searchPath">The PATH.</param>
    /// <exception cref="ProgramLineException">It is not to be found, or cannot be run; the message says what to do.</exception>
    public static string Locate(string program, string? searchPath)
    {
        if (program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || program.Contains('/', StringComparison.Ordinal))
        {
            if (Problem(program) is { } problem)
                throw new ProgramLineException(problem);
            return Path.GetFullPath(program);
        }
        string? found = null;
        foreach (var folder in (searchPath ?? "").Split(Path.PathSeparator))
        {
            foreach (var ending in Endings())
            {
                var candidate = Path.Combine(folder.Length == 0 ? "." : folder, program + ending);
                if (Problem(candidate) is null)
                    return Path.GetFullPath(candidate);
                if (File.Exists(candidate))
                    found ??= candidate;
            }
        }
        throw new ProgramLineException(
            found is not null ? Problem(found)!
            : File.Exists(program) ? $"There is no program '{program}' on the PATH of this machine; to run the file of this folder, write ./{program}."
            : $"There is no program '{program}' on the PATH of this machine: install it, or give its full path.");
    }

    private static string? Problem(string path)
    {
        if (Directory.Exists(path))
            return $"'{path}' is a folder, not a program.";
        if (!File.Exists(path))
            return $"There is no program '{path}': relative paths start at {Environment.CurrentDirectory}.";
        return MayBeExecuted(path) ? null : $"'{path}' may not be executed: run 'chmod +x {path}', or name its interpreter, such as: python3 {path}";
    }

    private static bool MayBeExecuted(string path) =>
        OperatingSystem.IsLinux() ? Libc.Access(path, Libc.MayExecute) == 0
        : OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != UnixFileMode.None;

    private static string[] Endings() =>
        OperatingSystem.IsWindows() ? ["", .. (Environment.GetEnvironmentVariable("PATHEXT") ?? ".EXE;.CMD;.BAT").Split(';')] : [""];
}
