namespace Pyremto.Tests.Simulation;

/// <summary>A handler that runs: some are slow, some fail, some ignore that they are cancelled. Its end is told once.</summary>
internal sealed class SimulatedHandler
{
    private readonly SimulatedProcess _process;
    private readonly Action<HandlerEnd> _ended;
    private bool _hasEnded;

    public SimulatedHandler(SimulatedProcess process, HandOut job, string? worker, Action<HandlerEnd> ended)
    {
        (_process, _ended) = (process, ended);
        var world = process.World;
        var time = world.Fault(0.05) ? world.Seconds(20, 200) : world.Seconds(0.01, 8);
        var fails = world.Chance(0.1) ? (Exception?)new JobFailedException("it broke") { Final = world.Chance(0.2) } : null;
        process.After(time, () => End(fails is null
            ? new HandlerEnd(JsonText.Parse(ResultOf(job.Instance, job.JobId, job.Attempt, worker)), null)
            : new HandlerEnd(default, fails)));
    }

    /// <summary>The result of a run: of jobs with an even number the same for all, of others another one for each that is told
    /// apart.</summary>
    public static string ResultOf(Guid instance, int jobId, int attempt, string? worker) =>
        jobId % 2 == 0 ? $$"""{"instance":"{{instance}}","job":{{jobId}}}"""
        : worker is null ? $$"""{"instance":"{{instance}}","job":{{jobId}},"worker":null}"""
        : $$"""{"instance":"{{instance}}","job":{{jobId}},"attempt":{{attempt}},"worker":"{{worker}}"}""";

    public void Cancel()
    {
        if (_process.World.Chance(0.9))
            _process.After(_process.World.Seconds(0, 2), () => End(new HandlerEnd(default, new OperationCanceledException())));
    }

    private void End(HandlerEnd end)
    {
        if (_hasEnded)
            return;
        _hasEnded = true;
        _ended(end);
    }
}
