using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Roles;

/// <summary>A coordinator that listens on a free port or a given address, in memory or over a SQLite file; its greeting is its
/// address.</summary>
internal static class HttpCoordinatorProcess
{
    public static async Task<int> RunAsync(string? sqliteFile, string? url)
    {
        await using var coordinator = await Coordinator.StartAsync(sqliteFile, pyremto => pyremto.ListenOnHttp(url ?? "http://127.0.0.1:0"));
        await ChildProcess.ServeAsync(coordinator.Services.GetRequiredService<IPyremtoHttpListener>().Addresses[0]);
        return 0;
    }
}
