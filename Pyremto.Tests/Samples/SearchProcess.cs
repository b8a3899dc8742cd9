using System.Diagnostics;
using System.Threading.Channels;

namespace Pyremto.Tests.Samples;

/// <summary>The built sample as a process of its own, whose output is read line by line.</summary>
internal sealed class SearchProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _output = [];
    private readonly Task<string> _errors;
    private readonly Task _reading;
    private readonly CancellationTokenSource _deadline = new(Deadline);

    private SearchProcess(string directory, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "HyperparameterSearch.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync(_deadline.Token);
        _reading = ReadLinesAsync();
    }

    public int Id => _process.Id;

    /// <summary>All that it has printed, as far as it was read here.</summary>
    public IReadOnlyList<string> Output => _output;

    public static SearchProcess Start(string directory, params IEnumerable<string> arguments) => new(directory, arguments);

    /// <summary>Waits for the next line that says how many jobs are done.</summary>
    public async Task<int> ReadDoneAsync()
    {
        while (await _lines.Reader.WaitToReadAsync(_deadline.Token))
        {
            while (_lines.Reader.TryRead(out var line))
            {
                _output.Add(line);
                if (line.Contains(" done", StringComparison.Ordinal) && int.TryParse(line.Split(' ')[0], out var done))
                    return done;
            }
        }

        throw new InvalidOperationException($"It ended without saying how far it is: {await _errors}\n{string.Join('\n', _output)}");
    }

    /// <summary>Waits until at least that many jobs are done; answers how many.</summary>
    public async Task<int> ReadUntilDoneAsync(int jobs)
    {
        var done = await ReadDoneAsync();
        while (done < jobs)
            done = await ReadDoneAsync();
        return done;
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> WaitForExitAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(_deadline.Token))
            _output.Add(line);
        await _process.WaitForExitAsync(_deadline.Token);
        return (_process.ExitCode, string.Join('\n', _output), await _errors);
    }

    /// <summary>What Ctrl-C sends.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{Id}"]);
        await kill.WaitForExitAsync(_deadline.Token);
    }

    /// <summary><c>kill -9</c>.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _reading;
        _process.Dispose();
        _deadline.Dispose();
    }

    private async Task ReadLinesAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(_deadline.Token) is { } line)
            _lines.Writer.TryWrite(line);
        _lines.Writer.TryComplete();
    }
}
