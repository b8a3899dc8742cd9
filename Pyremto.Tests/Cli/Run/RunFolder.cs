using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Pyremto.Tests.Cli.Run;

/// <summary>
/// A shell in a folder with ten jobs and a program that notes each of its starts. The program waits in jobs from 5 on while a file <c>hold</c> is
/// there, and fails on job N while a file <c>fail-N</c> is there.
/// </summary>
internal sealed class RunFolder : IAsyncDisposable
{
    private const string Script = """
        echo "$1 $PYREMTO_REPETITION $PYREMTO_JOB_ID $$" >> starts
        if [ "$1" -ge 5 ]; then while [ -e hold ]; do sleep 0.02; done; fi
        if [ -e "fail-$1" ]; then echo "no luck today" >&2; exit 3; fi
        echo "{\"y\": $1}"
        """;

    public RunFolder()
    {
        Shell.Write("job.sh", Script);
        Jobs("jobs.jsonl", Enumerable.Range(0, 10));
    }

    public PyremtoShell Shell { get; } = new();

    /// <summary>Every start of the program: the job's value, its repetition, its id, the process.</summary>
    public IReadOnlyList<(int Value, int Repetition, int JobId, int Process)> Starts => !File.Exists(Path("starts"))
        ? []
        : [.. File.ReadAllLines(Path("starts")).Select(line => line.Split(' ').Select(word => int.Parse(word, CultureInfo.InvariantCulture)).ToArray())
            .Select(words => (words[0], words[1], words[2], words[3]))];

    public string Path(string name) => Shell.Directory.File(name);

    public void Jobs(string file, IEnumerable<int> values) =>
        Shell.Write(file, string.Concat(values.Select(value => $"{{\"i\": {value}}}\n")));

    public void Touch(string name) => Shell.Write(name, "");

    public void Remove(string name) => File.Delete(Path(name));

    public void ForgetStarts() => Remove("starts");

    /// <summary>The words of a run of the program, with options before it.</summary>
    public static string[] Run(params IEnumerable<string> options) => ["run", "jobs.jsonl", "-c", "2", .. options, "--", "sh", "job.sh", "{i}"];

    public Task<PyremtoEnd> RunAsync(params IEnumerable<string> options) => Shell.RunAsync(Run(options));

    /// <summary>Waits until the program has been started so often.</summary>
    public async Task WaitForStartsAsync(int count)
    {
        var since = Stopwatch.GetTimestamp();
        while (Starts.Count < count)
        {
            if (Stopwatch.GetElapsedTime(since) > PyremtoProcess.Deadline)
                throw new TimeoutException($"{Starts.Count} starts instead of {count}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Waits until a run that says how it goes has come so far that signals end it in steps: its programs may be there before.</summary>
    public static Task WaitUntilItTakesSignalsAsync(PyremtoProcess run) => run.WaitForErrorsAsync("at a time");

    /// <summary>Waits until none of the processes that were started is there any more.</summary>
    public async Task WaitForEndOfProgramsAsync()
    {
        var since = Stopwatch.GetTimestamp();
        while (Starts.Any(start => Directory.Exists($"/proc/{start.Process}")))
        {
            if (Stopwatch.GetElapsedTime(since) > PyremtoProcess.Deadline)
                throw new TimeoutException("Programs of the run still compute.");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Results in JSON lines: job, repetition, and what came out.</summary>
    public static IReadOnlyList<(int JobId, int Repetition, int Y)> Results(string lines) => [.. lines
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Select(result => (
            result.GetProperty("job_id").GetInt32(), result.GetProperty("repetition").GetInt32(), result.GetProperty("result").GetProperty("y").GetInt32()))];

    public ValueTask DisposeAsync()
    {
        Remove("hold");
        return Shell.DisposeAsync();
    }
}
