using Pyremto;
using Spectre.Console;

namespace HyperparameterSearch;

/// <summary>Shows how far the search is until it has ended: a bar in a terminal, plain lines elsewhere.</summary>
internal static class ProgressDisplay
{
    public static Task<TagProgress> WaitAsync(RemoteControl remote, CancellationToken cancellationToken) =>
        Console.IsOutputRedirected
            ? remote.WaitAsync(new Lines(), cancellationToken)
            : AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
                .StartAsync(screen => remote.WaitAsync(new Bar(screen.AddTask("Searching")), cancellationToken));

    private static string Describe(TagProgress progress)
    {
        var text = $"{progress.Done} of {progress.Total} done";
        return progress is { PerSecond: { } rate, EtaSeconds: > 0 and var left } ? $"{text}, {rate:0.0} a second, {left:0} s left" : text;
    }

    private sealed class Bar(ProgressTask task) : IProgress<TagProgress>
    {
        public void Report(TagProgress value)
        {
            task.Description = Describe(value);
            task.MaxValue = value.Total;
            task.Value = value.Done;
        }
    }

    private sealed class Lines : IProgress<TagProgress>
    {
        private int _done = -1;

        public void Report(TagProgress value)
        {
            if (value.Done == _done)
                return;
            _done = value.Done;
            Console.WriteLine(Describe(value));
        }
    }
}
