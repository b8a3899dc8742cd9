namespace Pyremto.Benchmarks.Roles;

/// <summary>What this program can be when another of its kind starts it (<see cref="Harness.ChildProcess"/>).</summary>
internal static class Role
{
    public const string PipeEcho = "pipe-echo";
    public const string PipeCoordinator = "pipe-coordinator";
    public const string HttpFloor = "http-floor";
    public const string HttpCoordinator = "http-coordinator";
    public const string Viewers = "viewers";

    public static Task<int> RunAsync(string role, string[] arguments) => role switch
    {
        PipeEcho => PipeEchoServer.RunAsync(arguments[0]),
        PipeCoordinator => PipeCoordinatorProcess.RunAsync(arguments[0], arguments.ElementAtOrDefault(1)),
        HttpFloor => HttpFloorServer.RunAsync(),
        HttpCoordinator => HttpCoordinatorProcess.RunAsync(arguments.ElementAtOrDefault(0), arguments.ElementAtOrDefault(1)),
        Viewers => ViewersProcess.RunAsync(arguments[0], arguments[1], int.Parse(arguments[2])),
        _ => throw new ArgumentException($"There is no role '{role}'.", nameof(role)),
    };
}
