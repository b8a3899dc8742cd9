namespace Pyremto.Tests.Simulation;

/// <summary>The shell around real <see cref="PipeSessions"/>, as <c>SessionKeeper</c> is one, over virtual pipes.</summary>
internal sealed class SimulatedPipeServer(SimulatedCoordinator coordinator, SimulatedProcess process)
{
    private readonly PipeSessions _sessions = new(PipeProtocol.Grace);
    private readonly Dictionary<PipeSession, SimulatedPipeConnection> _connections = [];
    private readonly List<SimulatedPipeConnection> _all = [];

    /// <summary>Those who wait for their turn, each on its own task: of several that wait for one task all but one would go on
    /// elsewhere.</summary>
    private readonly Queue<TaskCompletionSource> _turns = new();
    private bool _isTaken;

    public World World { get; } = process.World;

    public SimulatedCoordinator Coordinator { get; } = coordinator;

    /// <summary>How many calls a connection takes at a time; with few of them calls queue up at the client.</summary>
    public int MaxCalls { get; } = process.World.OneOf(3, 8, 64);

    public SimulatedPipeConnection Accept(
        VirtualPipe pipe, Action<VirtualPipe, uint, Reply> answer, Action<JobNotNeeded> notNeeded)
    {
        var connection = new SimulatedPipeConnection(this, pipe, answer, notNeeded);
        _all.Add(connection);
        return connection;
    }

    public void Tell(JobNotNeeded job)
    {
        foreach (var connection in _all)
            connection.Tell(job);
    }

    public async Task<PipeSession> ConnectedAsync(string id, string[] workers, SimulatedPipeConnection connection)
    {
        PipeSession? session = null;
        await InTurn(async () =>
        {
            if (_sessions.Find(id) is { } known && _connections.TryGetValue(known, out var previous))
            {
                previous.Close();
                await previous.Completion;
            }
            session = _sessions.Connected(id, workers);
            _connections[session] = connection;
        });
        return session!;
    }

    public void Speaks(PipeSession session, string worker) => _sessions.Speaks(session, worker);

    public void Disconnected(PipeSession session, SimulatedPipeConnection connection, List<UndeliveredAnswer> undelivered)
    {
        _connections.Remove(session);
        _all.Remove(connection);
        _sessions.Disconnected(session, undelivered, World.Now);
        Arm();
    }

    private void Arm()
    {
        if (_sessions.NextDeadline is { } deadline)
            process.After(deadline > World.Now ? deadline - World.Now : TimeSpan.Zero, () => World.Watch(InTurn(GiveUpLostAsync)));
    }

    private async Task GiveUpLostAsync()
    {
        while (_sessions.TryTakeLost(World.Now, out var lost))
        {
            World.Note($"session of {string.Join(' ', lost.Workers)} is lost with {lost.Undelivered.Count} answers");
            foreach (var (request, answer) in lost.Undelivered)
                await Coordinator.ServeAsync(Question.Of(request).Release(answer), CancellationToken.None);
            if (lost.Workers.Count > 0)
                await Coordinator.ServeAsync(Question.Verb("session lost", true, (scheduler, token) => scheduler.SessionLostAsync(lost.Workers, token)), CancellationToken.None);
        }
        Arm();
    }

    /// <summary>One after the other: a client that comes back, and one that is given up.</summary>
    private async Task InTurn(Func<Task> action)
    {
        if (_isTaken)
        {
            var turn = new TaskCompletionSource();
            _turns.Enqueue(turn);
            await turn.Task;
        }
        _isTaken = true;
        await action();
        _isTaken = _turns.Count > 0;
        if (_isTaken)
            _turns.Dequeue().SetResult();
    }
}
