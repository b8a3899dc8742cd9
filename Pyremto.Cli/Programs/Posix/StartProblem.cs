using System.ComponentModel;
using System.Text;

namespace Pyremto.Cli.Programs;

/// <summary>Says why the system did not start a program, and what to do.</summary>
internal static class StartProblem
{
    private const int NotFoundCode = 127;
    private const int NotRunnableCode = 126;

    /// <returns>A <see cref="ProgramStartException"/>, or a <see cref="MachineFaultException"/> where the machine lacks what any program
    /// needs.</returns>
    public static Exception Of(int error, string file, string name) => error switch
    {
        Libc.NoEntry when Interpreter(file) is { } interpreter => new ProgramStartException(
            $"The program '{name}' cannot be started: its first line names '{interpreter}', which this machine does not have. "
            + "Install that or mend the line; a line end as Windows writes it (CR LF) counts as part of the name.",
            NotFoundCode),
        Libc.NoEntry when File.Exists(file) => new ProgramStartException(
            $"The program '{name}' cannot be started: '{file}' is there, but what loads it is not; it was made for another system.", NotFoundCode),
        Libc.NoEntry => new ProgramStartException($"The program '{name}' is not at '{file}' any more.", NotFoundCode),
        Libc.AccessDenied => new ProgramStartException(
            $"The program '{name}' may not be executed: run 'chmod +x {file}', or see whether its folder's file system forbids programs (noexec).",
            NotRunnableCode),
        Libc.NotExecutable => new ProgramStartException(
            $"The program '{name}' cannot be started: '{file}' is neither made for this kind of machine nor a script that names its interpreter. "
            + $"Begin it with a line such as #!/bin/sh, or name the interpreter: sh {name}",
            NotRunnableCode),
        Libc.TooBig => new ProgramStartException(
            $"The program '{name}' cannot be started: its arguments and environment are longer than the system allows (128 KiB for one argument). "
            + "Let it read the job from its standard input instead.",
            NotRunnableCode, isOfTheJob: true),
        Libc.TryAgain or Libc.NoMemory => new MachineFaultException(
            $"The program '{name}' cannot be started now: {Words(error)}. The machine has no memory or processes left, or a limit is reached (ulimit -u)."),
        Libc.TooManyFiles or Libc.TooManyFilesInSystem => new MachineFaultException(
            $"The program '{name}' cannot be started now: {Words(error)}. A limit of open files is reached (ulimit -n)."),
        _ => new ProgramStartException($"The program '{name}' cannot be started: {Words(error)}.", NotRunnableCode),
    };

    private static string Words(int error) => new Win32Exception(error).Message;

    private static string? Interpreter(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            Span<byte> start = stackalloc byte[256];
            var line = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            if (!line.StartsWith("#!"u8))
                return null;
            var end = line.IndexOf((byte)'\n');
            var words = Encoding.UTF8.GetString(end < 0 ? line[2..] : line[2..end]).TrimStart(' ', '\t').Split(' ', '\t');
            return words[0].Replace("\r", "\\r", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
