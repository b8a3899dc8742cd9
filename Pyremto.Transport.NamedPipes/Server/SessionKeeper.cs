using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>The shell around <see cref="PipeSessions"/>: its lock, its clock, and what is done for a client that did not come back (S8, S10).</summary>
internal sealed partial class SessionKeeper : IAsyncDisposable
{
    private readonly PipeSessions _sessions = new(PipeProtocol.Grace);
    private readonly Dictionary<PipeSession, ServerConnection> _connections = [];

    /// <summary>What is done for clients that did not come back, by their sessions; one that comes back after all waits for it.</summary>
    private readonly Dictionary<string, Task> _givingUp = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly IJobScheduler _scheduler;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _origin;
    private readonly ITimer _timer;

    public SessionKeeper(IJobScheduler scheduler, TimeProvider time, ILogger logger)
    {
        (_scheduler, _time, _logger) = (scheduler, time, logger);
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(
            static keeper => ((SessionKeeper)keeper!).GiveUpLost(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>
    /// A client has come, or come back. The connection that it had before is ended first, with all that was under way on it: so what it
    /// asks again finds nothing half done. However long that takes, other clients do not wait for it.
    /// </summary>
    public async Task<PipeSession> ConnectedAsync(Hello hello, ServerConnection connection)
    {
        while (true)
        {
            Task before;
            ServerConnection? previous = null;
            lock (_gate)
            {
                if (!_givingUp.TryGetValue(hello.Session, out var givingUp)
                    && (_sessions.Find(hello.Session) is not { } known || !_connections.TryGetValue(known, out previous)))
                {
                    var session = _sessions.Connected(hello.Session, hello.Workers);
                    _connections[session] = connection;
                    return session;
                }
                before = givingUp ?? previous!.Completion;
            }
            previous?.Close();
            await before.ConfigureAwait(false);
        }
    }

    public void Speaks(PipeSession session, string worker)
    {
        lock (_gate)
            _sessions.Speaks(session, worker);
    }

    /// <summary>A connection has ended, with answers that did not get through.</summary>
    public async Task DisconnectedAsync(PipeSession session, IReadOnlyList<UndeliveredAnswer> undelivered)
    {
        foreach (var answer in undelivered.Where(answer => answer.Request.Worker is null))
            await GiveBackAsync(answer).ConfigureAwait(false); // an anonymous worker cannot ask again
        lock (_gate)
        {
            _connections.Remove(session);
            _sessions.Disconnected(session, undelivered.Where(answer => answer.Request.Worker is not null), Now);
            Arm();
        }
    }

    /// <summary>Releases work that nobody got (S8).</summary>
    public async Task GiveBackAsync(UndeliveredAnswer undelivered)
    {
        var (request, answer) = undelivered;
        try
        {
            await _scheduler.ExchangeAsync(request.GivingBack(answer), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            LogNotGivenBack(_logger, answer.Jobs.Count, error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        Task[] underWay;
        lock (_gate)
            underWay = [.. _givingUp.Values];
        await Task.WhenAll(underWay).ConfigureAwait(false);
    }

    private void GiveUpLost()
    {
        lock (_gate)
        {
            while (_sessions.TryTakeLost(Now, out var lost))
                _givingUp[lost.Id] = Task.Run(() => GiveUpAsync(lost));
            Arm();
        }
    }

    private async Task GiveUpAsync(LostSession lost)
    {
        foreach (var answer in lost.Undelivered)
            await GiveBackAsync(answer).ConfigureAwait(false);
        if (lost.Workers.Count > 0)
            await LoseAsync(lost).ConfigureAwait(false);
        lock (_gate)
            _givingUp.Remove(lost.Id);
    }

    private async Task LoseAsync(LostSession lost)
    {
        try
        {
            await _scheduler.SessionLostAsync(lost.Workers, CancellationToken.None).ConfigureAwait(false);
            if (lost.HasLeft)
                LogLeft(_logger, string.Join(", ", lost.Workers));
            else
                LogLost(_logger, string.Join(", ", lost.Workers));
        }
        catch (Exception error)
        {
            LogNotTold(_logger, string.Join(", ", lost.Workers), error); // their leases end all the same
        }
    }

    private void Arm()
    {
        if (_sessions.NextDeadline is not { } deadline)
            return;
        var due = deadline - Now;
        _timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
