namespace HyperparameterSearch;

/// <summary>Brings every feature to mean 0 and (population) standard deviation 1 over the rows it was made from.</summary>
internal sealed record Standardisation(double[] Mean, double[] Deviation)
{
    public static Standardisation Of(double[][] rows)
    {
        var features = Enumerable.Range(0, rows[0].Length).ToArray();
        var mean = Array.ConvertAll(features, f => rows.Average(row => row[f]));
        var deviation = Array.ConvertAll(features, f => Math.Sqrt(rows.Average(row => Math.Pow(row[f] - mean[f], 2))));
        return new(mean, deviation);
    }

    public double[] Apply(double[] row)
    {
        var scaled = new double[row.Length];
        for (var f = 0; f < row.Length; f++)
            scaled[f] = (row[f] - Mean[f]) / Deviation[f];
        return scaled;
    }
}
