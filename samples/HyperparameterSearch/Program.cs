using HyperparameterSearch;
using MathNet.Numerics;

if (!SearchOptions.TryParse(args, out var options, out var problem))
{
    Console.Error.WriteLine($"{problem}\n\n{SearchOptions.Usage}");
    return 2;
}

if (options.Help)
{
    Console.WriteLine(SearchOptions.Usage);
    return 0;
}

// The jobs share the cores among themselves; each of them calculates on one.
Control.UseSingleThread();

return options.WorksFor is { } pipe
    ? await WorkerRole.RunAsync(options, pipe)
    : await CoordinatorRole.RunAsync(options);
