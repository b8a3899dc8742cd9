using System.Diagnostics;
using System.Text;

namespace Pyremto.Tests.Cli;

/// <summary>How a process of the command ended.</summary>
internal sealed record PyremtoEnd(int ExitCode, string Output, string Errors)
{
    public IReadOnlyList<string> OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Ready to be the reason of an assertion.</summary>
    public override string ToString() => $"exit code {ExitCode}, output «{Output}», errors «{Errors}»".Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}

/// <summary>The real executable as a process: its lines can be waited for, it takes signals, and it is gone when disposed. See <see cref="PyremtoShell"/>.</summary>
internal sealed class PyremtoProcess : IAsyncDisposable
{
    /// <summary>How long anything may take on a busy machine.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly GrowingText _output = new();
    private readonly GrowingText _errors = new();
    private readonly Task _reading;

    public PyremtoProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        start.StandardOutputEncoding = start.StandardErrorEncoding = Encoding.UTF8;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(_output.ReadAsync(_process.StandardOutput), _errors.ReadAsync(_process.StandardError));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it has printed so far.</summary>
    public string Output => _output.Text;

    /// <summary>What it has printed to standard error so far.</summary>
    public string Errors => _errors.Text;

    /// <summary>Waits until standard output holds a text; answers all of it so far.</summary>
    public Task<string> WaitForOutputAsync(string text) => WaitForAsync(_output, text);

    /// <summary>Waits until standard error holds a text; answers all of it so far.</summary>
    public Task<string> WaitForErrorsAsync(string text) => WaitForAsync(_errors, text);

    /// <summary>Types something.</summary>
    public async Task TypeAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends what it can read.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Sends a signal, as in <c>INT</c>, <c>TERM</c>, <c>KILL</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Id}"]);
        await kill.WaitForExitAsync().WaitAsync(Deadline);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<PyremtoEnd> WaitAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Deadline);
            await _reading.WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"It did not end. Output: {Output} Errors: {Errors}");
        }
        return new PyremtoEnd(_process.ExitCode, Output, Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> WaitForAsync(GrowingText where, string text)
    {
        try
        {
            return await where.WaitForAsync(text).WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"It did not say «{text}». Output: {Output} Errors: {Errors}");
        }
    }
}
