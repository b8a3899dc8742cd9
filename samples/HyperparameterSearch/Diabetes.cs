using System.Globalization;

namespace HyperparameterSearch;

/// <summary>
/// 442 diabetes patients: ten measurements each, and how far the disease had progressed a year later. From Efron, Hastie, Johnstone,
/// Tibshirani, "Least Angle Regression", Annals of Statistics 32 (2004).
/// </summary>
internal sealed record Diabetes(double[][] Features, double[] Targets)
{
    /// <summary>Reads the file that lies beside the program: a header, then ten features and the target in each line.</summary>
    public static Diabetes Load()
    {
        var rows = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "diabetes.csv"))
            .Skip(1)
            .Select(line => Array.ConvertAll(line.Split(','), field => double.Parse(field, CultureInfo.InvariantCulture)))
            .ToArray();
        return new(Array.ConvertAll(rows, row => row[..^1]), Array.ConvertAll(rows, row => row[^1]));
    }
}
