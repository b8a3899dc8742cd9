namespace Pyremto.Tests.Simulation;

/// <summary>
/// A client over HTTP: each attempt of a call is a connection of its own, which may break at any moment, noticed by both ends, by one, or
/// late. Whether to try again is decided by the real <see cref="Outage"/>.
/// </summary>
internal sealed class SimulatedHttpClient(SimulatedProcess process, SimulatedCoordinator coordinator, IRandomSource random) : ILink
{
    private static readonly TimeSpan ReconnectFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan VerdictWithin = TimeSpan.FromSeconds(10);

    private readonly World _world = process.World;
    private readonly List<HttpAttempt> _attempts = [];
    private TimeSpan _brokenUntil;

    /// <summary>A call with its attempts, one after the other.</summary>
    private sealed class Call(Question question, Action<Reply> answered, Backoff pause)
    {
        public Backoff Pause = pause;

        public Question Question { get; } = question;

        public Action<Reply> Answered { get; } = answered;

        public Outage? Outage { get; set; }

        public bool MayHaveArrived { get; set; }

        public bool HasEnded { get; set; }

        public bool IsOrphan { get; set; }
    }

    public Action Ask(Question question, Action<Reply> answered)
    {
        var call = new Call(
            question.OverAWire(), answered, new Backoff(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), random));
        Attempt(call);
        return () => process.Run(() => GiveUp(call));
    }

    public void Break(TimeSpan duration)
    {
        _brokenUntil = _world.Now + duration;
        foreach (var attempt in _attempts.ToArray())
            attempt.Break(isSeenByServer: _world.Chance(0.5));
    }

    public void Close()
    {
        foreach (var attempt in _attempts.ToArray())
            attempt.Break(isSeenByServer: true);
    }

    private void Attempt(Call call)
    {
        if (_world.Now < _brokenUntil || coordinator.Process is not { IsAlive: true } server)
        {
            Failed(call, AttemptFailure.NotSent);
            return;
        }
        var attempt = new HttpAttempt(process, server, coordinator.Http, call.Question);
        _attempts.Add(attempt);
        call.MayHaveArrived = true;
        attempt.Begin(reply =>
        {
            _attempts.Remove(attempt);
            if (reply is { } came)
                End(call, came);
            else
                Failed(call, AttemptFailure.Lost);
        });
    }

    private void Failed(Call call, AttemptFailure kind)
    {
        var failure = new AttemptFailedException("broken", kind);
        call.Outage ??= new Outage(failure, call.Question.IsRepeatable, ReconnectFor, _world.Clock);
        if (call.Outage.MayGoOn(failure))
        {
            process.After(call.Pause.Next(), () =>
            {
                call.Outage.Attempts();
                Attempt(call);
            });
            return;
        }
        if (call.IsOrphan && call.MayHaveArrived && call.Question.AskAgain() is { } again)
            Ask(again, reply => Release(again, reply));
        End(call, new Reply(null, new CoordinatorUnreachableException("it does not answer")));
    }

    private void End(Call call, Reply reply)
    {
        if (call.IsOrphan)
            Release(call.Question, reply);
        else
            call.Answered(reply);
        call.HasEnded = true;
    }

    private void Release(Question question, Reply reply)
    {
        if (reply.Work is { } work)
            Ask(question.Release(work), static _ => { });
    }

    /// <summary>Asks the coordinator to end a call that waits there; if no verdict comes, the caller goes on (S8).</summary>
    private void GiveUp(Call call)
    {
        if (call.HasEnded)
            return;
        if (call.Question.Exchange is { RequestId: not null, Wait.Ticks: > 0 } request)
            TellGivenUp(call, request);
        process.After(VerdictWithin, () =>
        {
            if (call.HasEnded)
                return;
            call.IsOrphan = true;
            call.Answered(Reply.GivenUp());
        });
    }

    private void TellGivenUp(Call call, ExchangeRequest request)
    {
        if (call.HasEnded || _world.Now < _brokenUntil || coordinator.Process is not { IsAlive: true } server)
            return;
        server.After(_world.Seconds(0.0005, 0.05), () =>
        {
            if (!coordinator.Http.GiveUp(request))
                process.After(TimeSpan.FromMilliseconds(20), () => TellGivenUp(call, request));
        });
    }
}
