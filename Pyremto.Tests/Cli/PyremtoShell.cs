using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli;

/// <summary>A person's shell: a folder, an environment, and calls of the real executable, in a pipe or in a terminal.</summary>
internal sealed class PyremtoShell : IAsyncDisposable
{
    private readonly List<PyremtoProcess> _processes = [];

    /// <summary>The executable that is tested.</summary>
    public static string Executable => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "pyremto.exe" : "pyremto");

    /// <summary>Where it stands.</summary>
    public TempDirectory Directory { get; } = new();

    /// <summary>What is set beyond the test's own environment, which no variable of ours comes from; null takes a variable away.</summary>
    public Dictionary<string, string?> Environment { get; } = new(StringComparer.Ordinal) { ["TERM"] = "xterm", ["LC_ALL"] = "C.UTF-8", ["NO_COLOR"] = null };

    /// <summary>Writes a file into the folder; answers its name.</summary>
    public string Write(string name, string content)
    {
        File.WriteAllText(Directory.File(name), content);
        return name;
    }

    /// <summary>Starts the command in a pipe.</summary>
    public PyremtoProcess Start(params IEnumerable<string> arguments) => Add(new ProcessStartInfo(Executable, arguments));

    /// <summary>Starts another program in a pipe.</summary>
    public PyremtoProcess StartProgram(string program, params IEnumerable<string> arguments) => Add(new ProcessStartInfo(program, arguments));

    /// <summary>Runs the command in a pipe, with nothing to read, to its end.</summary>
    public Task<PyremtoEnd> RunAsync(params IEnumerable<string> arguments) => FeedAsync("", arguments);

    /// <summary>Runs the command in a pipe that it reads from, to its end.</summary>
    public async Task<PyremtoEnd> FeedAsync(string input, params IEnumerable<string> arguments)
    {
        var process = Start(arguments);
        try
        {
            if (input.Length > 0)
                await process.TypeAsync(input);
            process.EndInput();
        }
        catch (IOException)
        {
            // It has ended without reading all; how is its answer.
        }
        return await process.WaitAsync();
    }

    /// <summary>Starts the command in a terminal, which <c>script</c> of util-linux plays; what it shows is its output.</summary>
    public PyremtoProcess StartInTerminal(int columns, params IEnumerable<string> arguments) =>
        StartInTerminal(columns, "exec " + string.Join(' ', new[] { Executable }.Concat(arguments).Select(Quote)));

    /// <summary>Starts a line of the shell in a terminal; in it <c>$PYREMTO</c> is the executable.</summary>
    public PyremtoProcess StartInTerminal(int columns, string line)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "There is no 'script' of util-linux here to play a terminal.");
        string[] arguments = ["-qec", string.Create(CultureInfo.InvariantCulture, $"stty cols {columns} rows 30; {line}"), "/dev/null"];
        return Add(new ProcessStartInfo("/usr/bin/script", arguments) { Environment = { ["SHELL"] = "/bin/sh" } });
    }

    /// <summary>Starts <c>pyremto serve</c> on a port of its own, and lets the calls that follow use it.</summary>
    public Task<PyremtoProcess> ServeAsync(params IEnumerable<string> arguments) => ServeAtAsync("http://localhost:0", arguments);

    /// <summary>The same at an address.</summary>
    public async Task<PyremtoProcess> ServeAtAsync(string url, params IEnumerable<string> arguments)
    {
        var serve = Start(["serve", "--json", "--urls", url, .. arguments]);
        var line = await serve.WaitForOutputAsync("\n");
        using var served = JsonDocument.Parse(line);
        Environment["PYREMTO_URL"] = served.RootElement.GetProperty("urls")[0].GetString();
        return serve;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        Directory.Dispose();
    }

    private PyremtoProcess Add(ProcessStartInfo start)
    {
        start.WorkingDirectory = Directory.Path;
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("PYREMTO_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["PYREMTO"] = Executable;
        start.Environment["XDG_STATE_HOME"] = Directory.File("state");
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        var process = new PyremtoProcess(start);
        _processes.Add(process);
        return process;
    }

    private static string Quote(string argument) => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
