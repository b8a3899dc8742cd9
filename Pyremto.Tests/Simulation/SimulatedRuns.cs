namespace Pyremto.Tests.Simulation;

/// <summary>Many runs, one after the other, as a program: for more seeds than a test run plays.</summary>
internal static class SimulatedRuns
{
    public const string Verb = "simulation";

    /// <summary>Plays the seeds from the first on and prints which of them broke a rule; 0 if none did.</summary>
    public static int Run(int first, int count)
    {
        var broken = new List<(int Seed, string Violation)>();
        for (var seed = first; seed < first + count; seed++)
        {
            try
            {
                SimulatedRun.Run(seed);
            }
            catch (InvalidOperationException violation)
            {
                broken.Add((seed, violation.Message.Split('\n')[0].Trim()));
                Console.WriteLine(count == 1 ? violation.Message : $"seed {seed}: {broken[^1].Violation}");
            }
        }
        Console.WriteLine(broken.Count == 0
            ? $"{count} seeds from {first} on kept all rules"
            : $"{broken.Count} of {count} seeds, first {broken[0].Seed}: {Shortened(broken[0].Violation)}");
        return broken.Count == 0 ? 0 : 1;
    }

    private static string Shortened(string violation) => violation.Length <= 120 ? violation : violation[..120] + "…";
}
