namespace Pyremto.Tests.Simulation;

/// <summary>How a worker in the coordinator's own process asks.</summary>
internal sealed class DirectLink(SimulatedProcess process, SimulatedCoordinator coordinator) : ILink
{
    public Action Ask(Question question, Action<Reply> answered)
    {
        var cancellation = new CancellationTokenSource();
        process.World.Watch(AskAsync());
        return cancellation.Cancel;

        async Task AskAsync()
        {
            var reply = await coordinator.ServeAsync(question, cancellation.Token);
            coordinator.Told(question, reply);
            process.After(TimeSpan.FromMicroseconds(1), () => answered(reply));
        }
    }

    public void Break(TimeSpan duration)
    {
        // There is nothing between the two that could break.
    }

    public void Close()
    {
        // It ends with the process.
    }
}
