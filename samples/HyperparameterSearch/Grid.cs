namespace HyperparameterSearch;

/// <summary>What one job tries.</summary>
internal sealed record Hyperparameters(double Alpha, double Gamma);

/// <summary>What one job finds.</summary>
internal sealed record Score(double Mse);

/// <summary>All pairs of α from 10⁻³ to 10 and γ from 10⁻⁴ to 1, each in <paramref name="steps"/> even steps of its logarithm.</summary>
internal sealed class Grid(int steps)
{
    public IReadOnlyList<Hyperparameters> Jobs { get; } =
    [
        .. from i in Enumerable.Range(0, steps)
           from j in Enumerable.Range(0, steps)
           select new Hyperparameters(Math.Pow(10, -3 + (4.0 * i / (steps - 1))), Math.Pow(10, -4 + (4.0 * j / (steps - 1)))),
    ];
}
