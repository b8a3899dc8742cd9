using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Cli.Programs;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Programs;

/// <summary>A handler of a program, with folders of its own. By default the program is a shell, and each job brings its script.</summary>
internal sealed class ProgramUnderTest : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly ProgramHandler _handler;
    private int _jobs;

    public ProgramUnderTest(params string[] words)
        : this(words, static settings => settings)
    {
    }

    public ProgramUnderTest(Func<ProgramSettings, ProgramSettings> change, TimeProvider? time = null)
        : this([], change, time)
    {
    }

    public ProgramUnderTest(string[] words, Func<ProgramSettings, ProgramSettings> change, TimeProvider? time = null)
    {
        Settings = change(new ProgramSettings
        {
            Line = ProgramLine.Parse(words is [] ? ["sh", "-c", "{script}"] : words),
            FailedFolder = _directory.File("failed"),
            FilesFolder = _directory.File("running"),
        });
        _handler = new ProgramHandler(Settings, time ?? TimeProvider.System, NullLogger<ProgramHandler>.Instance);
    }

    public ProgramSettings Settings { get; }

    /// <summary>A path in a folder that is gone afterwards.</summary>
    public string File(string name) => _directory.File(name);

    /// <summary>Runs a script, with further fields of the description as JSON.</summary>
    public Task<JsonText> RunScriptAsync(string script, string more = "", int slot = 0, CancellationToken cancellationToken = default) =>
        RunAsync($$"""{"script":{{JsonSerializer.Serialize(script)}}{{more}}}""", slot, cancellationToken);

    public async Task<JsonText> RunAsync(string description, int slot = 0, CancellationToken cancellationToken = default)
    {
        var job = JsonText.Parse(description);
        var context = new JobContext { Tag = "tests", JobId = _jobs++, Attempt = 2, Repetition = 7, Slot = slot, Description = job };
        return await _handler.RunAsync(job, context, cancellationToken).WaitAsync(Patience, CancellationToken.None);
    }

    /// <summary>How a script's job fails.</summary>
    public async Task<JobFailedException> FailScriptAsync(string script) =>
        (await FluentActions.Awaiting(() => RunScriptAsync(script)).Should().ThrowAsync<JobFailedException>()).Which;

    /// <summary>How a description's job fails.</summary>
    public async Task<JobFailedException> FailAsync(string description) =>
        (await FluentActions.Awaiting(() => RunAsync(description)).Should().ThrowAsync<JobFailedException>()).Which;

    /// <summary>The number that a program has written to a file, once it is there.</summary>
    public async Task<int> NumberInAsync(string file)
    {
        var number = 0;
        await UntilAsync(
            () => System.IO.File.Exists(File(file)) && int.TryParse(System.IO.File.ReadAllText(File(file)), CultureInfo.InvariantCulture, out number),
            $"the program writes its number to {file}");
        return number;
    }

    public void EndGrace() => _handler.EndGrace();

    public async ValueTask DisposeAsync()
    {
        await _handler.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Waits for what nothing tells of: what other processes do.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!holds())
        {
            if (deadline.IsCancellationRequested)
                throw new TimeoutException($"In vain: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }

    /// <summary>Whether a process is there and has not ended.</summary>
    public static bool IsRunning(int pid)
    {
        try
        {
            var stat = System.IO.File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static Task UntilGoneAsync(int pid) => UntilAsync(() => !IsRunning(pid), $"process {pid} ends");
}
