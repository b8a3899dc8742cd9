using System.Diagnostics;

namespace Pyremto.Tests.Transport.Http;

/// <summary>Runs Python programs, as our users have them.</summary>
internal static class PythonProcess
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Skips the test on a developer's machine that lacks Debian's <c>python3-requests</c>. Where all has to run (<c>CI=true</c>), it fails instead.
    /// </summary>
    public static async Task RequireRequestsAsync()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true")
            Skip.IfNot(await RunsAsync("-c", "import requests"), "/usr/bin/python3 has no 'requests': install python3-requests.");
    }

    /// <summary>Skips the test on a developer's machine without Python; where all has to run, it fails instead.</summary>
    public static async Task RequirePythonAsync()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true")
            Skip.IfNot(await RunsAsync("-c", ""), "There is no /usr/bin/python3.");
    }

    /// <summary>Runs a program to its end, which has to be a good one, and answers with what it printed.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await TryAsync(arguments);
        (exitCode, errors).Should().Be((0, ""), "{0} printed: {1}", string.Join(' ', arguments), output);
        return output;
    }

    public static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("/usr/bin/python3", arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
        Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1", ["PYTHONUNBUFFERED"] = "1" },
    })!;

    private static async Task<bool> RunsAsync(params string[] arguments)
    {
        try
        {
            return (await TryAsync(arguments)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception) // there is no such program
        {
            return false;
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> TryAsync(params string[] arguments)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Start(arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
