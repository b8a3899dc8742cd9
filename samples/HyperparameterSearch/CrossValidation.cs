namespace HyperparameterSearch;

/// <summary>
/// How well a pair of hyperparameters predicts patients that it has not seen: the mean over the folds of the fold's mean squared error.
/// </summary>
internal static class CrossValidation
{
    public const int Folds = 5;

    public static double MeanSquaredError(Diabetes data, double alpha, double gamma, CancellationToken cancellationToken = default)
    {
        var sum = 0.0;
        foreach (var test in FoldsOf(data.Targets.Length))
        {
            cancellationToken.ThrowIfCancellationRequested();
            sum += ErrorOfFold(data, test, alpha, gamma);
        }

        return sum / Folds;
    }

    /// <summary>Contiguous and unshuffled; where the rows cannot be divided evenly, the first folds are one row longer.</summary>
    public static IEnumerable<Range> FoldsOf(int rows)
    {
        var start = 0;
        for (var fold = 0; fold < Folds; fold++)
        {
            var end = start + (rows / Folds) + (fold < rows % Folds ? 1 : 0);
            yield return start..end;
            start = end;
        }
    }

    private static double ErrorOfFold(Diabetes data, Range test, double alpha, double gamma)
    {
        // Nothing of the tested rows may be known to the model, not even their mean: the training rows alone set the scale.
        var training = Without(data.Features, test);
        var scale = Standardisation.Of(training);
        var targets = Without(data.Targets, test);
        var centre = targets.Average();

        var model = KernelRidgeRegression.Fit(
            Array.ConvertAll(training, scale.Apply), Array.ConvertAll(targets, target => target - centre), alpha, gamma);

        return data.Features[test]
            .Zip(data.Targets[test], (row, target) => Math.Pow(model.Predict(scale.Apply(row)) + centre - target, 2))
            .Average();
    }

    private static T[] Without<T>(T[] rows, Range range) => [.. rows[..range.Start], .. rows[range.End..]];
}
