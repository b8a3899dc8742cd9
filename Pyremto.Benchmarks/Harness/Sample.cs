namespace Pyremto.Benchmarks.Harness;

/// <summary>The jobs that every measurement uses, so that all carry the same load: those of the hyperparameter search.</summary>
internal static class Sample
{
    public const string Result = """{"mse":2900.2927935183684}""";

    /// <summary>As many descriptions as wanted, of the size that the sample's have.</summary>
    public static string[] Descriptions(int count)
    {
        var descriptions = new string[count];
        for (var i = 0; i < count; i++)
            descriptions[i] = $$"""{"alpha":{{0.001 + (i % 1000 * 0.0123456789)}},"gamma":{{0.0001 + (i / 1000 * 0.000987654)}}}""";
        return descriptions;
    }

    /// <summary>The same as JSON, for our scheduler.</summary>
    public static JsonText[] Jobs(int count) => Array.ConvertAll(Descriptions(count), JsonText.Parse);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
