using HyperparameterSearch;

namespace Pyremto.Tests.Samples;

public class KernelRidgeRegressionTests
{
    // From a program without any library that solves by Gaussian elimination; all 144 pairs agreed to 12 digits.
    [Theory]
    [InlineData(0, 0, 2986.15113190)]
    [InlineData(7, 6, 2900.29279352)]
    [InlineData(11, 11, 5736.85945646)]
    public void The_error_of_a_pair_is_the_one_that_an_independent_program_computed(int i, int j, double expected)
    {
        var pair = new Grid(12).Jobs[(12 * i) + j];

        CrossValidation.MeanSquaredError(Diabetes.Load(), pair.Alpha, pair.Gamma).Should().BeApproximately(expected, 1e-5);
    }

    [Fact]
    public void The_data_are_442_patients_with_ten_measurements()
    {
        var data = Diabetes.Load();

        data.Targets.Should().HaveCount(442);
        data.Features.Should().HaveCount(442).And.OnlyContain(row => row.Length == 10);
        data.Features[0].Should().Equal(59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87);
        data.Targets[0].Should().Be(151);
        data.Targets[441].Should().Be(57);
    }

    [Fact]
    public void The_folds_are_contiguous_and_the_first_442_mod_5_are_one_row_longer() =>
        CrossValidation.FoldsOf(442).Should().Equal(0..89, 89..178, 178..266, 266..354, 354..442);

    [Fact]
    public void The_grid_goes_evenly_through_the_powers_of_ten()
    {
        var jobs = new Grid(12).Jobs;

        jobs.Should().HaveCount(144).And.OnlyHaveUniqueItems();
        jobs[0].Alpha.Should().BeApproximately(1e-3, 1e-15);
        jobs[0].Gamma.Should().BeApproximately(1e-4, 1e-16);
        jobs[^1].Should().Be(new Hyperparameters(10, 1));
        (jobs[12].Alpha / jobs[0].Alpha).Should().BeApproximately(Math.Pow(10, 4 / 11.0), 1e-12);
        (jobs[1].Gamma / jobs[0].Gamma).Should().BeApproximately(Math.Pow(10, 4 / 11.0), 1e-12);
    }

    [Fact]
    public void Standardised_features_have_mean_0_and_population_deviation_1()
    {
        var scale = Standardisation.Of([[1, 10], [3, 10.5], [5, 14]]);
        var scaled = new double[][] { [1, 10], [3, 10.5], [5, 14] }.Select(scale.Apply).ToArray();

        foreach (var feature in new[] { 0, 1 })
        {
            scaled.Average(row => row[feature]).Should().BeApproximately(0, 1e-12);
            scaled.Average(row => row[feature] * row[feature]).Should().BeApproximately(1, 1e-12);
        }
    }

    [Fact]
    public void A_fit_solves_the_regularised_system_as_worked_out_by_hand()
    {
        // Two rows one apart, γ = ln 2: K = [[1, ½], [½, 1]]. With α = ½ the inverse of K + αI is [[¾, −¼], [−¼, ¾]].
        var model = KernelRidgeRegression.Fit([[0], [1]], [1, 2], alpha: 0.5, gamma: Math.Log(2));

        model.Predict([0]).Should().BeApproximately((1 * 0.25) + (0.5 * 1.25), 1e-12);
    }
}
