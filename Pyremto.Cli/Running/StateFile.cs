using System.Security.Cryptography;
using System.Text;
using Pyremto.Cli.Inputs;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>
/// Where a run keeps its jobs and results. Beside the input file and named after it, so that the same command finds it again; for a grid in the
/// working directory, named after its fields, so that more values of the same fields go on with what is there.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Tag">The tag that its jobs have, before a number.</param>
internal sealed record StateFile(string Path, string Tag)
{
    private const string Ending = ".pyremto.db";
    private const int LongestName = 100;

    /// <summary>The folder for the output of failed attempts.</summary>
    public string LogsFolder => System.IO.Path.GetFullPath(
        (Path.EndsWith(".db", StringComparison.OrdinalIgnoreCase) ? Path[..^".db".Length] : Path) + ".logs");

    /// <summary>Chooses the file.</summary>
    /// <exception cref="CommandException">There is no name to be had from the input, and none was given.</exception>
    public static StateFile Choose(string? path, IJobInput input) => input switch
    {
        GridInput grid => new StateFile(path ?? NameOf(grid) + Ending, "grid"),
        FileInput { File: { } file } when path is not null || !IsPassing(file) =>
            new StateFile(path ?? file + Ending, Name(System.IO.Path.GetFileNameWithoutExtension(file))),
        _ when path is not null => new StateFile(path, "stdin"),
        _ => throw CommandException.WrongUse(
            "These jobs come from no file, so say with --state FILE where they and their results are kept, such as --state jobs.pyremto.db."),
    };

    /// <summary>Whether a path leads to a pipe of the shell, as in <c>&lt;(…)</c>.</summary>
    private static bool IsPassing(string file) =>
        file.StartsWith("/dev/", StringComparison.Ordinal) || file.StartsWith("/proc/", StringComparison.Ordinal);

    private static string NameOf(GridInput grid)
    {
        var fields = string.Join('-', grid.Fields);
        var name = Name(fields);
        return name == fields ? name : $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fields)))[..8]}";
    }

    /// <summary>Letters, digits, dots, lines: what tags (S16) and file systems take.</summary>
    private static string Name(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var character in text.Normalize())
            name.Append(char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' ? character : '_');
        var cut = name.ToString()[..Math.Min(name.Length, LongestName)].Trim('.');
        return cut.Length > 0 ? cut : "jobs";
    }
}
