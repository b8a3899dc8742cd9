namespace Pyremto.Benchmarks.Harness;

/// <summary>Runs what was asked for and prints the table.</summary>
internal static class Runner
{
    private const string Usage = """
        Usage: dotnet run -c Release --project Pyremto.Benchmarks -- [list | all | NAME...] [--dry] [--directory D]
               dotnet run -c Release --project Pyremto.Benchmarks -- bdn [BenchmarkDotNet's options]

        list           says what there is
        all            measures everything (the default)
        NAME           measures that
        bdn            runs the microbenchmarks with BenchmarkDotNet
        --dry          everything tiny, to see that it runs; the numbers mean nothing
        --directory D  where the databases go (default: a new directory in the system's temporary one)

        Exit codes: 0 every bar reached, 1 a bar missed, 2 wrong use.
        """;

    public static async Task<int> RunAsync(string[] args, IReadOnlyList<IBenchmark> benchmarks)
    {
        var names = new List<string>();
        var dry = false;
        var parent = Path.GetTempPath();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--dry")
                dry = true;
            else if (args[i] == "--directory" && i + 1 < args.Length)
                parent = args[++i];
            else if (args[i] is "--help" or "-h")
                return Say(Console.Out, Usage, 0);
            else if (args[i] is "list" or "all" || benchmarks.Any(benchmark => benchmark.Name == args[i]))
                names.Add(args[i]);
            else
                return Say(Console.Error, $"There is no '{args[i]}' here.\n\n{Usage}", 2);
        }

        if (names.Contains("list"))
            return Say(Console.Out, string.Join('\n', benchmarks.Select(benchmark => $"{benchmark.Name,-14} {benchmark.Summary}")), 0);

        var chosen = names.Count == 0 || names.Contains("all") ? benchmarks : [.. benchmarks.Where(benchmark => names.Contains(benchmark.Name))];
        return await MeasureAsync(chosen, dry, Directory.CreateDirectory(parent).FullName);
    }

    private static async Task<int> MeasureAsync(IReadOnlyList<IBenchmark> benchmarks, bool dry, string parent)
    {
        var directory = Directory.CreateDirectory(Path.Combine(parent, $"pyremto-benchmarks-{Environment.ProcessId}"));
        try
        {
            var lines = new List<Line>();
            foreach (var benchmark in benchmarks)
            {
                await Console.Error.WriteLineAsync($"{benchmark.Name}: {benchmark.Summary}");
                lines.AddRange(await benchmark.RunAsync(new Setting(directory.FullName, dry)));
            }

            return Say(Console.Out, Table.Of(lines, dry), !dry && lines.Any(line => line.Reached == false) ? 1 : 0);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static int Say(TextWriter writer, string text, int exitCode)
    {
        writer.WriteLine(text);
        return exitCode;
    }
}
