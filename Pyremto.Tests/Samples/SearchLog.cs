using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Pyremto.Tests.Samples;

/// <summary>The log that the sample writes, as its reader understands it, and what became of the processes that it names.</summary>
internal sealed partial class SearchLog(string path)
{
    /// <summary>The worker processes that were started, in order.</summary>
    public IReadOnlyList<int> Processes() => [.. Started().Matches(Read()).Select(match => Number(match, "process"))];

    /// <summary>Which job went to which process, in order.</summary>
    public IReadOnlyList<(int Job, int Attempt, int Process)> HandOuts() =>
        [.. Given().Matches(Read()).Select(match => (Number(match, "job"), Number(match, "attempt"), Number(match, "process")))];

    /// <summary>Waits until so many worker processes were started; answers the last of them.</summary>
    public async Task<int> WaitForProcessAsync(int count, CancellationToken cancellationToken)
    {
        await WaitAsync(() => Processes().Count >= count, cancellationToken);
        return Processes()[count - 1];
    }

    /// <summary>Waits until so many worker processes were given a job: they are up and take signals.</summary>
    public Task WaitForWorkersAsync(int count, CancellationToken cancellationToken) =>
        WaitAsync(() => HandOuts().Select(handOut => handOut.Process).Distinct().Count() >= count, cancellationToken);

    /// <summary>Whether a process runs; one that has ended and that nobody asked for its exit code does not.</summary>
    public static bool IsAlive(int process)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{process}/stat");
            return status[status.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public string Read()
    {
        if (!File.Exists(path))
            return "";
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private async Task WaitAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path));
        watcher.Created += (_, _) => changes.Writer.TryWrite(true);
        watcher.Changed += (_, _) => changes.Writer.TryWrite(true);
        watcher.EnableRaisingEvents = true;
        while (!condition())
            await changes.Reader.ReadAsync(cancellationToken);
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Worker process (?<process>\d+) was started\.", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Started();

    [GeneratedRegex(@"Job (?<job>\d+) of tag ridge-\d+x\d+, attempt (?<attempt>\d+), was given to [^:]+:(?<process>\d+):", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Given();
}
