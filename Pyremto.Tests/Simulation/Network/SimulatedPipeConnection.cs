namespace Pyremto.Tests.Simulation;

/// <summary>The coordinator's end of a pipe: serves calls, cancels them when it breaks, and knows what did not get through.</summary>
internal sealed class SimulatedPipeConnection
{
    private readonly SimulatedPipeServer _server;
    private readonly VirtualPipe _pipe;
    private readonly Action<VirtualPipe, uint, Reply> _answer;
    private readonly Action<JobNotNeeded> _notNeeded;
    private readonly Dictionary<uint, CancellationTokenSource> _calls = [];
    private readonly List<UndeliveredAnswer> _undelivered = [];
    private readonly TaskCompletionSource _completion = new(); // who waits for it goes on at once
    private PipeSession? _session;
    private bool _isClosed;

    public SimulatedPipeConnection(
        SimulatedPipeServer server, VirtualPipe pipe, Action<VirtualPipe, uint, Reply> answer, Action<JobNotNeeded> notNeeded)
    {
        (_server, _pipe, _answer, _notNeeded) = (server, pipe, answer, notNeeded);
        pipe.ServerNotices = Close;
    }

    /// <summary>Completes when nothing of it goes on, and its session knows what was not delivered.</summary>
    public Task Completion => _completion.Task;

    public void Introduce(string session, string[] workers, Action<int> welcome) => _server.World.Watch(IntroduceAsync(session, workers, welcome));

    public void Begin(uint id, Question question) => _server.World.Watch(ServeAsync(id, question));

    public void Cancel(uint id)
    {
        if (_calls.TryGetValue(id, out var call))
            call.Cancel();
    }

    public void SayGoodbye()
    {
        if (_session is not null)
            _session.HasLeft = true;
    }

    /// <summary>Tells a worker of this client that its job is not needed any more (S11).</summary>
    public void Tell(JobNotNeeded job)
    {
        if (!_isClosed && _session?.Workers.Contains(job.Worker) == true)
            _pipe.ToClient(() => _notNeeded(job));
    }

    /// <summary>It is broken, or another one takes its place: what is under way is cancelled.</summary>
    public void Close()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _pipe.Break();
        foreach (var call in _calls.Values.ToArray())
            call.Cancel();
        EndIfIdle();
    }

    private async Task IntroduceAsync(string session, string[] workers, Action<int> welcome)
    {
        var known = await _server.ConnectedAsync(session, workers, this);
        _session = known;
        if (_isClosed)
            EndIfIdle();
        else
            _pipe.ToClient(() => welcome(_server.MaxCalls));
    }

    private async Task ServeAsync(uint id, Question question)
    {
        var call = new CancellationTokenSource();
        _calls.Add(id, call);
        var reply = await _server.Coordinator.ServeAsync(question, call.Token);
        _calls.Remove(id);
        if (question.Worker is { } worker && reply.Answer is not null)
            _server.Speaks(_session!, worker);
        if (_isClosed)
        {
            if (reply.Work is { } work)
                _undelivered.Add(new UndeliveredAnswer(question.Exchange!, work));
            EndIfIdle();
            return;
        }
        _server.Coordinator.Told(question, reply);
        _pipe.ToClient(() => _answer(_pipe, id, reply));
    }

    private void EndIfIdle()
    {
        if (_calls.Count > 0 || _session is null || _completion.Task.IsCompleted)
            return;
        _server.Disconnected(_session, this, _undelivered);
        _completion.SetResult();
    }
}
