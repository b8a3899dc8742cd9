using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Roles;

/// <summary>A coordinator that listens on a named pipe, in memory or over a SQLite file.</summary>
internal static class PipeCoordinatorProcess
{
    public static async Task<int> RunAsync(string pipe, string? sqliteFile)
    {
        await using var coordinator = await Coordinator.StartAsync(sqliteFile, pyremto => pyremto.ListenOnNamedPipe(pipe));
        await ChildProcess.ServeAsync();
        return 0;
    }
}
