using System.Buffers.Binary;

namespace Pyremto;

/// <content>How calls begin, wait, are given up and fail.</content>
internal sealed partial class PipeClient
{
    private void Begin(PendingCall call)
    {
        ClientConnection? connection = null;
        var isOver = false;
        lock (_gate)
        {
            if (call.Stage == CallStage.Ended)
                return; // it was given up before it began
            if (_isClosed)
                (call.Stage, isOver) = (CallStage.Ended, true);
            else if (_session.Begin(call, Now))
                connection = _connection;
            else if (!_session.IsConnected)
                Connect();
            if (connection is null)
                Arm();
        }
        if (isOver)
            Fail([call], new CoordinatorUnreachableException($"The client of pipe '{_name}' was closed."));
        else if (connection is not null && !TrySend(connection, call))
            SendQueued(connection);
    }

    /// <summary>Sends a call; false if it could not be written, and has failed.</summary>
    private bool TrySend(ClientConnection connection, PendingCall call)
    {
        try
        {
            call.Write(connection.Writer, connection.Welcome.MaxRequestBytes);
        }
        catch (Exception error)
        {
            lock (_gate)
            {
                if (call.Stage == CallStage.Ended)
                    return false;
                _session.Ended(call);
            }
            Fail([call], error);
            return false;
        }
        if (call.IsGivenUp) // meanwhile, or before it was sent again: what cancels it has to come behind it
            connection.Writer.Write(FrameKind.Cancel, call.Id);
        connection.Writer.Flush();
        return true;
    }

    private void SendQueued(ClientConnection connection)
    {
        while (true)
        {
            PendingCall? next;
            lock (_gate)
                next = connection == _connection ? _session.TryTakeQueued() : null;
            if (next is null)
                return;
            TrySend(connection, next);
        }
    }

    private void Grant(PendingCall call, uint bytes)
    {
        ClientConnection? connection;
        lock (_gate)
            connection = call.Stage == CallStage.Sent ? _connection : null;
        if (connection is null)
            return;
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(number, bytes);
        connection.Writer.Write(FrameKind.Credit, call.Id, number);
        connection.Writer.Flush();
    }

    private void GiveUp(PendingCall call)
    {
        GiveUp what;
        ClientConnection? connection;
        lock (_gate)
        {
            what = _session.GiveUp(call, Now);
            connection = _connection;
            if (what == Pyremto.GiveUp.Orphan)
                call.Orphan(ReleaseOrphan); // under the lock: its answer must find it so
            Arm();
        }
        switch (what)
        {
            case Pyremto.GiveUp.SendCancel when connection is not null:
                connection.Writer.Write(FrameKind.Cancel, call.Id);
                connection.Writer.Flush();
                break;
            case Pyremto.GiveUp.Cancelled:
                Fail([call], new OperationCanceledException());
                break;
        }
    }

    /// <summary>Gives back what came for a caller who is gone (S8).</summary>
    private void ReleaseOrphan(ExchangeRequest request, ExchangeAnswer answer) =>
        Begin(new PendingCall<ExchangeRequest, ExchangeAnswer>(
            PipeVerb.Exchange,
            request.GivingBack(answer),
            isRepeatable: true,
            CancellationToken.None));

    private void TimerFired()
    {
        while (true)
        {
            PendingCall? overdue;
            lock (_gate)
            {
                overdue = _session.TryTakeOverdue(Now);
                if (overdue is null)
                {
                    Arm();
                    return;
                }
                if (overdue.Stage != CallStage.Ended)
                {
                    overdue.Orphan(ReleaseOrphan);
                    continue;
                }
            }
            Fail([overdue], _connector.Unreachable());
        }
    }

    private void Arm()
    {
        if (_isClosed || _session.NextDeadline is not { } deadline)
            return;
        var due = deadline - Now;
        _timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Their callers go on on the thread pool, since whoever finds out that they failed has other things to do.</summary>
    private static void Fail(List<PendingCall> calls, Exception error)
    {
        foreach (var call in calls)
        {
            call.Fail(error);
            ThreadPool.UnsafeQueueUserWorkItem(call, preferLocal: false);
        }
    }

    private sealed record GivingUp(PipeClient Client, PendingCall Call)
    {
        public void Run() => Client.GiveUp(Call);
    }
}
