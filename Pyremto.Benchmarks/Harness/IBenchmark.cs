namespace Pyremto.Benchmarks.Harness;

/// <summary>One thing that is measured. It says what it found in lines of the table.</summary>
internal interface IBenchmark
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in one line.</summary>
    string Summary { get; }

    /// <summary>Measures.</summary>
    Task<IReadOnlyList<Line>> RunAsync(Setting setting);
}

/// <summary>Where and how thoroughly to measure.</summary>
/// <param name="Directory">A directory of this run alone, on the disk to measure.</param>
/// <param name="Dry">Whether everything is tiny: to see that it runs, not how fast.</param>
internal sealed record Setting(string Directory, bool Dry)
{
    /// <summary>How many of something: as the bar says, or few in a dry run.</summary>
    public int Size(int full) => Dry ? Math.Max(1, full / 1000) : full;

    /// <summary>How often to repeat, so that a median means something.</summary>
    public int Rounds(int full) => Dry ? 1 : full;
}
