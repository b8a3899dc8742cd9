using Pyremto.Tests.Cli;
using Pyremto.Tests.Cli.Programs;
using Pyremto.Tests.Durability;
using Pyremto.Tests.PlantedBugs;
using Pyremto.Tests.Scheduling;
using Pyremto.Tests.Simulation;
using Pyremto.Tests.Transport.Http.Client;
using Pyremto.Tests.Transport.NamedPipes;

namespace Pyremto.Tests;

/// <summary>What this assembly does when a test starts it as a process of its own.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case [CrashVictim.Verb, var database, var lastCommit]:
                await CrashVictim.RunAsync(database, int.Parse(lastCommit));
                return 0;
            case [PipeProcesses.CoordinatorVerb, var pipe, var database, var jobs, var n]:
                await PipeProcesses.CoordinateAsync(pipe, database, int.Parse(jobs), int.Parse(n));
                return 0;
            case [PipeProcesses.WorkerVerb, var pipe, var milliseconds]:
                await PipeProcesses.WorkAsync(pipe, int.Parse(milliseconds));
                return 0;
            case [HttpVictim.Verb, var database, var url]:
                await HttpVictim.RunAsync(database, url);
                return 0;
            case [ProgramVictim.Verb, var script]:
                await ProgramVictim.RunAsync(script);
                return 0;
            case [BusyDisplay.Verb, var times]:
                await BusyDisplay.RunAsync(int.Parse(times));
                return 0;
            case [NameProcess.Verb, .. var names]:
                await NameProcess.RunAsync(names);
                return 0;
            case [SimulatedRuns.Verb, var first, var count]:
                return SimulatedRuns.Run(int.Parse(first), int.Parse(count));
            case [PlantedBugsRun.Verb, .. var bugs]:
                return await PlantedBugsRun.RunAsync(bugs);
            default:
                await Console.Error.WriteLineAsync("These are tests: run them with 'dotnet test'.");
                return 2;
        }
    }
}
