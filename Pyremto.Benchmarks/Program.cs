using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Harness;

IBenchmark[] benchmarks =
[
    new FloorBenchmarks(),
];

return await Runner.RunAsync(args, benchmarks);
