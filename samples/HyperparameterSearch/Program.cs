using HyperparameterSearch;

foreach (var pair in new Grid(12).Jobs)
    Console.WriteLine($"{CrossValidation.MeanSquaredError(Diabetes.Load(), pair.Alpha, pair.Gamma)} {pair}");
