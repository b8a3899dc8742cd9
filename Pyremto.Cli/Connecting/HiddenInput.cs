using System.Diagnostics;
using System.Text;

namespace Pyremto.Cli.Connecting;

/// <summary>
/// Lines that are typed at the terminal and not shown there, from its opening on: also what is typed or pasted ahead.
/// <see cref="Console.ReadKey(bool)"/> alone would show that.
/// </summary>
internal sealed class HiddenInput : IAsyncDisposable
{
    private readonly StreamReader? _terminal;

    private HiddenInput(StreamReader? terminal) => _terminal = terminal;

    /// <summary>Lets the terminal show nothing any more.</summary>
    public static async Task<HiddenInput> OpenAsync()
    {
        if (OperatingSystem.IsWindows())
            return new HiddenInput(terminal: null);
        await ShowAsync("-echo");
        // Not Console.In, which shows what it reads.
        return new HiddenInput(new StreamReader(new FileStream("/dev/tty", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1)));
    }

    /// <summary>Asks for a line.</summary>
    public async Task<string> AskAsync(string question, CancellationToken cancellationToken)
    {
        await Console.Error.WriteAsync(question.AsMemory(), cancellationToken);
        // Reading blocks its thread, so it has one of its own; the process ends without it.
        var read = Task.Factory.StartNew(
            () => _terminal is { } terminal ? terminal.ReadLine() ?? "" : ReadKeys(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await read.WaitAsync(cancellationToken);
        }
        finally
        {
            await Console.Error.WriteLineAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_terminal is not null)
            await ShowAsync("echo");
    }

    private static async Task ShowAsync(string mode)
    {
        using var stty = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"stty {mode} < /dev/tty"]) { UseShellExecute = false })!;
        await stty.WaitForExitAsync();
    }

    private static string ReadKeys()
    {
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                return typed.ToString();
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }
    }
}
