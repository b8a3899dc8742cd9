namespace Pyremto.Tests.Simulation;

/// <summary>One request over HTTP and its answer, either of which may get lost, or arrive when nobody waits for it any more.</summary>
internal sealed class HttpAttempt(SimulatedProcess client, SimulatedProcess server, SimulatedHttpServer http, Question question)
{
    /// <summary>How long an answer is waited for, beyond the time that the request itself is to wait.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly World _world = client.World;
    private readonly CancellationTokenSource _aborted = new();
    private Action<Reply?>? _ended;
    private bool _takesAnswers = true;

    /// <summary>Begins; <paramref name="ended"/> gets the answer, or nothing if the attempt failed.</summary>
    public void Begin(Action<Reply?> ended)
    {
        _ended = ended;
        server.Killed += BreakAtOnce;
        client.Killed += HangUp;
        if (_world.Fault(0.02))
            client.After(_world.Seconds(0, 60), () => Break(isSeenByServer: _world.Chance(0.5)));
        client.After((question.Exchange?.Wait ?? TimeSpan.Zero) + Patience, () => Break(isSeenByServer: true));
        if (_world.Fault(0.03))
        {
            client.After(_world.Seconds(0, 1), BreakAtOnce); // the request is lost
            return;
        }
        var delay = _world.Fault(0.03) ? _world.Seconds(0.1, 30) : _world.Seconds(0.0005, 0.05);
        if (delay > TimeSpan.FromSeconds(1) && _world.Chance(0.5))
            client.After(_world.Seconds(0, delay.TotalSeconds), BreakAtOnce); // it arrives when it has been given up
        server.After(delay, () => _world.Watch(ServeAsync()));
    }

    /// <summary>The connection breaks; the coordinator learns of it at once, or never.</summary>
    public void Break(bool isSeenByServer)
    {
        if (_ended is null)
            return;
        _takesAnswers = false;
        if (isSeenByServer)
            HangUp();
        End(null);
    }

    private void BreakAtOnce() => Break(isSeenByServer: false);

    private void HangUp()
    {
        _takesAnswers = false;
        server.After(_world.Seconds(0, 0.05), _aborted.Cancel);
    }

    private async Task ServeAsync()
    {
        if (await http.AnswerAsync(question, _aborted.Token) is not { } reply || !server.MaySay())
            return;
        var isLost = !_takesAnswers || _world.Fault(0.03);
        if (isLost)
            client.After(_world.Seconds(0, 1), BreakAtOnce);
        else
            client.After(_world.Seconds(0.0005, 0.05), () => End(reply));
    }

    private void End(Reply? reply)
    {
        var ended = _ended;
        _ended = null;
        server.Killed -= BreakAtOnce;
        client.Killed -= HangUp;
        ended?.Invoke(reply);
    }
}
