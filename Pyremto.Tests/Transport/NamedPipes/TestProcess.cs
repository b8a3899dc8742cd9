using System.Diagnostics;
using System.Threading.Channels;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>This assembly as a process of its own, whose output is read line by line.</summary>
internal sealed class TestProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _errors;
    private readonly Task _reading;

    private TestProcess(string[] arguments, (string Name, string Value)? variable = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(TestProcess).Assembly.Location },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        if (variable is { } set)
            start.Environment[set.Name] = set.Value;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public static TestProcess Start(params string[] arguments) => new(arguments);

    /// <summary>The same with a variable of the environment set.</summary>
    public static TestProcess StartWith((string Name, string Value) variable, params string[] arguments) => new(arguments, variable);

    /// <summary>The next line that begins so; what comes before is dropped.</summary>
    public async Task<string> LineAsync(string beginning)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await foreach (var line in _lines.Reader.ReadAllAsync(deadline.Token))
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line;
        }
        throw new InvalidOperationException($"It ended without saying '{beginning}': {await _errors}");
    }

    /// <summary>All lines that were not read yet, when it has ended.</summary>
    public async Task<List<string>> RestAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await _lines.Reader.ReadAllAsync(deadline.Token).ToListAsync(deadline.Token);
    }

    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async Task<string> ErrorsAsync() => await _errors.WaitAsync(Patience);

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Writer.TryWrite(line);
        _lines.Writer.TryComplete();
    }
}
