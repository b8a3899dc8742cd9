using System.Globalization;
using System.Text;

namespace Pyremto.Cli.Programs;

/// <summary>Finds the children of a program by what it gave them with their environment, wherever they have gone: slow, for rare use.</summary>
internal sealed class ChildrenByEnvironment(string resultFile)
{
    private readonly byte[] _mark = Encoding.UTF8.GetBytes($"{ProgramEnvironment.ResultName}={resultFile}");

    /// <summary>Sends all of them a signal.</summary>
    /// <returns>How many there are.</returns>
    public int Signal(int signal)
    {
        var count = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || !IsMarked(folder))
                continue;
            count += Libc.Kill(pid, signal) == 0 ? 1 : 0;
        }
        return count;
    }

    private bool IsMarked(string folder)
    {
        try
        {
            var environment = File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan();
            for (var at = environment.IndexOf(_mark); at >= 0; at = environment.IndexOf(_mark))
            {
                var end = at + _mark.Length;
                if ((at == 0 || environment[at - 1] == 0) && (end == environment.Length || environment[end] == 0))
                    return true;
                environment = environment[end..];
            }
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // gone, or not ours
        }
    }
}
