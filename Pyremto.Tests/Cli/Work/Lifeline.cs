using System.Diagnostics;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Work;

/// <summary>
/// A FIFO that a worker's program holds open and writes to (<c>exec 9>FILE</c>): what it writes can be waited for, and its end is the end
/// of the program and of everybody who has it from the program.
/// </summary>
internal sealed class Lifeline : IAsyncDisposable
{
    private readonly GrowingText _text = new();
    private readonly Process _reader;
    private readonly Task _reading;
    private readonly FileStream _ours;

    private Lifeline(string path)
    {
        Path = path;
        _reader = Process.Start(new ProcessStartInfo("cat", [path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        _reading = _text.ReadAsync(_reader.StandardOutput);
        // Who reads a FIFO waits for somebody who writes: without us for ever where a program is killed before it comes to that.
        _ours = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    public string Path { get; }

    /// <summary>Ends when the program and all of its children are gone.</summary>
    public Task AllGone
    {
        get
        {
            _ours.Dispose();
            return _reading.WaitAsync(PyremtoProcess.Deadline);
        }
    }

    public static async Task<Lifeline> NewAsync(TempDirectory directory, string name = "lifeline")
    {
        var path = directory.File(name);
        using var make = Process.Start("mkfifo", [path]);
        await make.WaitForExitAsync().WaitAsync(PyremtoProcess.Deadline);
        make.ExitCode.Should().Be(0);
        return new Lifeline(path);
    }

    /// <summary>Waits until the program has written a word.</summary>
    public Task SaysAsync(string word) => _text.WaitForAsync(word).WaitAsync(PyremtoProcess.Deadline);

    public async ValueTask DisposeAsync()
    {
        await _ours.DisposeAsync();
        if (!_reader.HasExited)
            _reader.Kill();
        await _reader.WaitForExitAsync();
        _reader.Dispose();
    }
}
