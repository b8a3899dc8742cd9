using Pyremto;

namespace HyperparameterSearch;

/// <summary>What came out.</summary>
internal static class Summary
{
    /// <summary>Writes all results to a file and prints the best.</summary>
    public static async Task PrintAsync(RemoteControl remote, string file)
    {
        await remote.SaveResultsAsync(file);

        var results = new List<JobResult<Hyperparameters, Score>>();
        await foreach (var result in remote.GetResultsAsync<Hyperparameters, Score>())
            results.Add(result);
        results.Sort((one, other) => one.Result.Mse.CompareTo(other.Result.Mse));

        var best = results[0];
        Console.WriteLine();
        Console.WriteLine($"Best: alpha = {best.Description.Alpha:G6}, gamma = {best.Description.Gamma:G6}, mean squared error = {best.Result.Mse:F4}");
        Console.WriteLine();
        Console.WriteLine($"The five best of {results.Count}:");
        Console.WriteLine($"{"alpha",12}{"gamma",14}{"mse",14}");
        foreach (var (pair, score) in results.Take(5).Select(result => (result.Description, result.Result)))
            Console.WriteLine($"{pair.Alpha,12:G6}{pair.Gamma,14:G6}{score.Mse,14:F4}");
        Console.WriteLine();
        Console.WriteLine($"Full results: {Path.GetFullPath(file)}");
    }
}
