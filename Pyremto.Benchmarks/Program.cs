using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Harness;
using Pyremto.Benchmarks.Measurements;
using Pyremto.Benchmarks.Roles;

if (args is ["bdn", .. var rest])
{
    // In this process, since the projects that BenchmarkDotNet would generate do not know of central package management.
    var inProcess = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
    BenchmarkSwitcher.FromAssembly(typeof(Runner).Assembly).Run(rest, inProcess);
    return 0;
}

if (args is ["role", var role, .. var arguments])
    return await Role.RunAsync(role, arguments);

return await Runner.RunAsync(args,
[
    new FloorBenchmarks(),
    new InMemory(),
    new SqliteManyWorkers(),
    new SqliteOneWorker(),
    new StoresAlone(),
    new ManyTags(),
    new LargeDelete(),
    new LedgerMemory(),
    new SqliteSetUp(),
    new HostedDispatch(),
    new PipeOneWorker(),
    new PipeManyWorkers(),
    new PipeSqlite(),
    new PipeIdle(),
    new HttpOneWorker(),
    new HttpManyWorkers(),
    new HttpSqlite(),
    new HttpV2(),
    new HttpIdle(),
    new Strangers(),
    new Restart(),
    new Viewers(),
    new Soak(),
    new CommandRun(),
    new CommandStart(),
]);
