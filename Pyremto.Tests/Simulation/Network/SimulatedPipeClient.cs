namespace Pyremto.Tests.Simulation;

/// <summary>The shell around a real <see cref="ClientSession"/>, as <c>PipeClient</c> is one, over virtual pipes.</summary>
internal sealed class SimulatedPipeClient : ILink
{
    private readonly ClientSession _session = new(reconnectFor: TimeSpan.FromSeconds(30), verdictWithin: TimeSpan.FromSeconds(10));
    private readonly World _world;
    private readonly SimulatedProcess _process;
    private readonly SimulatedCoordinator _coordinator;
    private readonly Action<JobNotNeeded> _notNeeded;
    private readonly string _id;
    private readonly List<string> _workers = [];
    private Backoff _pause;
    private Connection? _connection;
    private TimeSpan _brokenUntil;
    private TimeSpan? _armedFor;
    private bool _isConnecting;
    private bool _isClosed;

    public SimulatedPipeClient(SimulatedProcess process, SimulatedCoordinator coordinator, IRandomSource random, Action<JobNotNeeded> notNeeded)
    {
        (_world, _process, _coordinator, _notNeeded) = (process.World, process, coordinator, notNeeded);
        _id = random.NextWord(20);
        _pause = new Backoff(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1), random);
    }

    private sealed record Connection(VirtualPipe Pipe, SimulatedPipeConnection Server);

    public Action Ask(Question question, Action<Reply> answered)
    {
        if (question.Worker is { } worker && !_workers.Contains(worker))
            _workers.Add(worker);
        var call = new PipeCall(question.OverAWire(), _process, answered);
        Begin(call);
        return () => _process.Run(() => GiveUp(call));
    }

    public void Break(TimeSpan duration)
    {
        _brokenUntil = _world.Now + duration;
        _connection?.Pipe.Break();
    }

    public void Close()
    {
        _isClosed = true;
        if (_connection is var (pipe, server))
        {
            pipe.ToServer(server.SayGoodbye);
            _process.After(TimeSpan.FromMilliseconds(10), pipe.Break);
        }
        Fail(_session.EndAll(), Unreachable("the client was closed"));
    }

    private void Begin(PendingCall call)
    {
        if (call.Stage == CallStage.Ended)
            return;
        if (_session.Begin(call, _world.Now))
            Send((PipeCall)call);
        else if (!_session.IsConnected)
            Connect();
        Arm();
    }

    private void Send(PipeCall call)
    {
        var (pipe, server) = _connection!;
        pipe.ToServer(() => server.Begin(call.Id, call.Question));
        if (call.IsOrphan)
            pipe.ToServer(() => server.Cancel(call.Id));
    }

    private void SendQueued()
    {
        while (_connection is not null && _session.TryTakeQueued() is { } next)
            Send((PipeCall)next);
    }

    private void Connect()
    {
        if (_isConnecting || _isClosed)
            return;
        _isConnecting = true;
        TryConnect();
    }

    private void TryConnect()
    {
        if (_isClosed)
            return;
        if (_world.Now < _brokenUntil || _coordinator.Process is not { IsAlive: true } server)
        {
            _process.After(_pause.Next(), TryConnect);
            return;
        }
        _pause.Reset();
        var pipe = new VirtualPipe(_process, server);
        var connection = new Connection(pipe, _coordinator.Pipes.Accept(pipe, Answered, _notNeeded));
        pipe.ClientNotices = () => _process.After(_pause.Next(), TryConnect); // until it is welcome
        pipe.ToServer(() => connection.Server.Introduce(_id, [.. _workers], maxCalls => _process.Run(() => Welcome(connection, maxCalls))));
    }

    private void Welcome(Connection connection, int maxCalls)
    {
        if (connection.Pipe.IsBroken)
            return;
        _isConnecting = false;
        _connection = connection;
        connection.Pipe.ClientNotices = () => Broke(connection);
        _session.Connected(maxCalls, _world.Now);
        SendQueued();
        Arm();
    }

    private void Answered(VirtualPipe pipe, uint id, Reply reply)
    {
        if (pipe != _connection?.Pipe || _session.Find(id) is not PipeCall call)
            return;
        call.Take(reply);
        _session.Ended(call);
        SendQueued();
        call.Finish();
    }

    private void Broke(Connection connection)
    {
        if (_connection != connection)
            return;
        _connection = null;
        var ended = new List<PendingCall>();
        var orphans = new List<PendingCall>();
        _session.Broke(_world.Now, ended, orphans);
        foreach (var call in orphans)
            call.Orphan(Release);
        Connect();
        Arm();
        Fail(ended, Unreachable("the connection broke"));
    }

    private void GiveUp(PipeCall call)
    {
        switch (_session.GiveUp(call, _world.Now))
        {
            case Pyremto.GiveUp.Orphan:
                call.Orphan(Release);
                break;
            case Pyremto.GiveUp.SendCancel when _connection is var (pipe, server):
                pipe.ToServer(() => server.Cancel(call.Id));
                break;
            case Pyremto.GiveUp.Cancelled:
                Fail([call], new OperationCanceledException());
                break;
        }
        Arm();
    }

    private void Release(ExchangeRequest request, ExchangeAnswer answer) =>
        Begin(new PipeCall(Question.Of(request).Release(answer), _process, answered: null));

    private void Arm()
    {
        if (_session.NextDeadline is not { } deadline || deadline >= _armedFor)
            return;
        _armedFor = deadline;
        _process.After(deadline > _world.Now ? deadline - _world.Now : TimeSpan.Zero, LookForOverdue);
    }

    private void LookForOverdue()
    {
        _armedFor = null;
        while (_session.TryTakeOverdue(_world.Now) is { } overdue)
        {
            if (overdue.Stage == CallStage.Ended)
                Fail([overdue], Unreachable("nobody answers"));
            else
                overdue.Orphan(Release);
        }
        Arm();
    }

    private void Fail(List<PendingCall> calls, Exception error)
    {
        foreach (var call in calls)
        {
            call.Fail(error);
            _process.After(TimeSpan.Zero, call.Finish);
        }
    }

    private static CoordinatorUnreachableException Unreachable(string why) => new(why);
}
