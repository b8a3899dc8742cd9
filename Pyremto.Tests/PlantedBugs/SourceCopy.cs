using System.Diagnostics;
using Pyremto.Tests.Architecture;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.PlantedBugs;

/// <summary>A copy of the sources in a temporary folder, built once; a bug costs the build of the one project that it is in.</summary>
internal sealed class SourceCopy : IDisposable
{
    private static readonly string[] NotCopied = ["bin", "obj", ".git", "artifacts"];
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(20);

    private readonly TempDirectory _folder = new();
    private (PlantedBug Bug, string[] Sound)? _planted;

    public string TestAssembly => Path.Combine(OutputOfTests, "Pyremto.Tests.dll");

    private string OutputOfTests => _folder.File("Pyremto.Tests/bin/Debug/net10.0");

    public string File(string path) => _folder.File(path);

    public async Task CreateAsync()
    {
        Copy(new DirectoryInfo(RepositoryRoot.Path), _folder.Path);
        await BuildAsync("Pyremto.Tests");
    }

    /// <summary>Plants a bug in place of the one before.</summary>
    public async Task PlantAsync(PlantedBug bug)
    {
        if (_planted is var (before, sound))
        {
            await System.IO.File.WriteAllLinesAsync(File(before.File), sound);
            if (before.Project != bug.Project)
                await UpdateAsync(before.Project);
        }
        var lines = await System.IO.File.ReadAllLinesAsync(File(bug.File));
        _planted = (bug, lines);
        await System.IO.File.WriteAllLinesAsync(File(bug.File), bug.PlantIn(lines));
        await UpdateAsync(bug.Project);
    }

    /// <summary>Builds a project alone, and gives it to the tests.</summary>
    private async Task UpdateAsync(string project)
    {
        await BuildAsync(project, "--no-restore", "--no-dependencies");
        var assembly = File($"{project}/bin/Debug/net10.0/{project}.dll");
        if (Path.GetDirectoryName(assembly) != OutputOfTests)
            System.IO.File.Copy(assembly, Path.Combine(OutputOfTests, $"{project}.dll"), overwrite: true);
    }

    /// <summary>Runs dotnet; null if it did not end in time. A gigabyte is all that it may take, since bugs let memory grow.</summary>
    public Task<(int ExitCode, string Output)?> RunAsync(TimeSpan limit, params string[] arguments) =>
        DotnetAsync(limit, arguments, start => start.Environment["DOTNET_GCHeapHardLimit"] = "0x40000000");

    public void Dispose() => _folder.Dispose();

    private async Task BuildAsync(string project, params string[] options)
    {
        string[] arguments = ["build", File(project), "-nologo", "-v", "quiet", "-p:RunAnalyzers=false", .. options];
        if (await DotnetAsync(BuildLimit, arguments, static _ => { }) is not { } end)
            throw new TimeoutException($"{project} was not built within {BuildLimit}.");
        if (end.ExitCode != 0)
            throw new InvalidOperationException($"{project} cannot be built with the bug: {end.Output}");
    }

    private async Task<(int ExitCode, string Output)?> DotnetAsync(TimeSpan limit, string[] arguments, Action<ProcessStartInfo> prepare)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        prepare(start);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return null;
        }
        return (process.ExitCode, await output + await errors);
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.GetFiles().Where(file => !NotCopied.Contains(file.Name)))
            file.CopyTo(Path.Combine(to, file.Name));
        foreach (var folder in from.GetDirectories().Where(folder => !NotCopied.Contains(folder.Name)))
            Copy(folder, Path.Combine(to, folder.Name));
    }
}
