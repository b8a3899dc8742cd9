namespace Pyremto.Benchmarks.Harness;

/// <summary>The <c>pyremto</c> command as its users have it: published as one file, as the README says.</summary>
internal static class PublishedCommand
{
    /// <summary>Publishes it into a directory. Answers the path of the executable.</summary>
    public static async Task<string> PublishAsync(Setting setting)
    {
        var output = Path.Combine(setting.Directory, "command");
        var executable = Path.Combine(output, "pyremto");
        if (!File.Exists(executable))
        {
            await RunAsync(
                "dotnet", ["publish", Path.Combine(RepositoryRoot(), "Pyremto.Cli"), "-c", "Release", "-r", "linux-x64", "-o", output], setting.Directory);
        }
        return executable;
    }

    /// <summary>Runs a program to its end, its output thrown away. Answers how long that took.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote.</exception>
    public static async Task<TimeSpan> RunAsync(string program, IReadOnlyList<string> arguments, string directory, string? inputFile = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var outputs = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (inputFile is not null)
        {
            await using var input = File.OpenRead(inputFile);
            await input.CopyToAsync(process.StandardInput.BaseStream);
        }
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        var elapsed = watch.Elapsed;
        var texts = await outputs;
        return process.ExitCode == 0
            ? elapsed
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{string.Join('\n', texts)}");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Pyremto.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("This program runs outside of its repository.");
        return folder.FullName;
    }
}
