using System.Diagnostics;

namespace Pyremto.Tests.PlantedBugs;

/// <summary>Plants one bug after the other, holds all nets against each, and prints what caught it.</summary>
internal static class PlantedBugsRun
{
    public const string Verb = "planted-bugs";

    private const string NetPrefix = "net:";

    /// <summary>Answers 0 if every bug was caught by every net that is expected to.</summary>
    /// <param name="arguments">Names of bugs, or none for all; and "net:NAME" where only some nets are to be held against them.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var all = PlantedBug.ReadAll();
        List<string> names = [.. arguments.Where(argument => !argument.StartsWith(NetPrefix, StringComparison.Ordinal))];
        List<string> nets = [.. arguments.Except(names, StringComparer.Ordinal).Select(argument => argument[NetPrefix.Length..])];
        if (names.FirstOrDefault(name => !all.Any(bug => bug.Name == name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no bug '{unknown}'. The bugs: {string.Join(", ", all.Select(bug => bug.Name))}");
            return 2;
        }
        List<PlantedBug> bugs = [.. all.Where(bug => names.Count == 0 || names.Contains(bug.Name))];
        using var copy = new SourceCopy();
        await copy.CreateAsync();
        if (!await IsSoundAsync(copy, bugs, nets))
            return 2;
        Console.WriteLine("| bug | rule | nets |\n|---|---|---|");
        var missed = 0;
        foreach (var bug in bugs)
            missed += await HoldAsync(copy, bug, nets) ? 0 : 1;
        Console.WriteLine(missed == 0 ? $"\nAll {bugs.Count} were caught." : $"\n{missed} of {bugs.Count} were missed by a net that is expected to catch them.");
        return missed == 0 ? 0 : 1;
    }

    /// <summary>Whether nothing is caught where nothing was planted: what a net says is worth nothing else.</summary>
    private static async Task<bool> IsSoundAsync(SourceCopy copy, List<PlantedBug> bugs, List<string> nets)
    {
        foreach (var net in bugs.SelectMany(NetsOf).DistinctBy(net => net.Name, StringComparer.Ordinal))
        {
            if ((nets.Count > 0 && !nets.Contains(net.Name)) || await net.RunAsync(copy) is not { IsCaught: true } found)
                continue;
            await Console.Error.WriteLineAsync($"{net.Name} finds a fault where no bug was planted: {found.Words}. Mend that first.");
            return false;
        }
        return true;
    }

    private static IEnumerable<Net> NetsOf(PlantedBug bug) =>
        Net.OfAllBugs.UnionBy(bug.Expected.Select(Net.Named), net => net.Name, StringComparer.Ordinal);

    private static async Task<bool> HoldAsync(SourceCopy copy, PlantedBug bug, List<string> nets)
    {
        var start = Stopwatch.GetTimestamp();
        await copy.PlantAsync(bug);
        var isCaught = true;
        var words = new List<string>();
        foreach (var net in NetsOf(bug))
        {
            if (nets.Count > 0 && !nets.Contains(net.Name))
                continue;
            var found = await net.RunAsync(copy);
            var isExpected = bug.Expected.Contains(net.Name, StringComparer.Ordinal);
            isCaught &= found.IsCaught || !isExpected;
            words.Add($"{net.Name}: {(found.IsCaught ? "caught" : isExpected ? "MISSED" : "missed")} ({found.Words})");
        }
        Console.WriteLine($"| {bug.Name} | {bug.Rule} | {string.Join("; ", words)}; {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s |");
        return isCaught;
    }
}
