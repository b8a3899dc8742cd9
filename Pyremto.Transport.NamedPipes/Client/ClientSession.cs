namespace Pyremto;

/// <summary>
/// Which calls of this process are under way, which of them are to be sent, repeated or given up when, over all connections that there
/// are one after the other. A state machine: no I/O, no clock, not thread-safe.
/// </summary>
/// <param name="reconnectFor">How long a call waits for a connection.</param>
/// <param name="verdictWithin">How long a call that was given up waits for the coordinator to say whether it took place.</param>
internal sealed class ClientSession(TimeSpan reconnectFor, TimeSpan verdictWithin)
{
    private readonly Dictionary<uint, PendingCall> _sent = [];
    private readonly LinkedList<PendingCall> _lasting = new();
    private readonly LinkedList<PendingCall> _brief = new();
    private readonly LinkedList<PendingCall> _givenUp = new();
    private uint _lastId;

    /// <summary>How many calls that last the coordinator takes at a time, and as many others; zero while there is no connection.</summary>
    private int _room;
    private int _lastingSent;
    private TimeSpan _connectedAt;

    /// <summary>Whether there is a coordinator to send to.</summary>
    public bool IsConnected => _room > 0;

    /// <summary>Whether any call has not ended.</summary>
    public bool IsBusy => _sent.Count + _lasting.Count + _brief.Count > 0;

    /// <summary>When <see cref="TryTakeOverdue"/> is to be asked next.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            var queued = IsConnected ? null : FirstQueued?.Deadline;
            var givenUp = _givenUp.First?.Value.Deadline;
            return queued is null || givenUp < queued ? givenUp : queued;
        }
    }

    /// <summary>The queued call whose time is up first.</summary>
    private PendingCall? FirstQueued =>
        _lasting.First?.Value is not { } lasting ? _brief.First?.Value
        : _brief.First?.Value is not { } brief ? lasting
        : brief.Deadline < lasting.Deadline ? brief : lasting;

    /// <summary>A call begins. True if it is to be sent now, else it is kept until it can be.</summary>
    public bool Begin(PendingCall call, TimeSpan now)
    {
        do
        {
            call.Id = ++_lastId;
        }
        while (_sent.ContainsKey(call.Id));
        if (HasRoom(call.Lasts) || (IsConnected && call.Lasts && HasRoom(lasts: false) && call.TryNotToWait()))
        {
            Sent(call);
            return true;
        }
        call.Deadline = call.TriedUntil = now + reconnectFor;
        QueueOf(call).AddLast(call);
        return false;
    }

    /// <summary>There is a connection; <see cref="TryTakeQueued"/> tells what is to be sent on it.</summary>
    public void Connected(int maxCalls, TimeSpan now) => (_room, _connectedAt) = (maxCalls, now);

    /// <summary>The next call that can be sent. One that was given up meanwhile is to be cancelled right behind.</summary>
    public PendingCall? TryTakeQueued()
    {
        // A watch comes before the calls that it is to tell of.
        var queue = _lasting.Count > 0 && HasRoom(lasts: true) ? _lasting : _brief;
        if (queue.First?.Value is not { } call)
            return TryTakeReports();
        if (!HasRoom(call.Lasts))
            return null;
        queue.RemoveFirst();
        Sent(call);
        return call;
    }

    /// <summary>Takes a call with reports from those that find no place to wait in, to be sent without its wait.</summary>
    private PendingCall? TryTakeReports()
    {
        for (var node = HasRoom(lasts: false) ? _lasting.First : null; node is not null; node = node.Next)
        {
            if (!node.Value.TryNotToWait())
                continue;
            _lasting.Remove(node);
            Sent(node.Value);
            return node.Value;
        }
        return null;
    }

    /// <summary>The call that a frame belongs to; null if it has ended.</summary>
    public PendingCall? Find(uint id) => _sent.GetValueOrDefault(id);

    /// <summary>A call was answered, or failed before it was sent.</summary>
    public void Ended(PendingCall call)
    {
        if (call.Stage != CallStage.Sent)
            QueueOf(call).Remove(call);
        else if (_sent.Remove(call.Id) && call.Lasts)
            _lastingSent--;
        if (call is { IsGivenUp: true, Deadline: not null })
            _givenUp.Remove(call);
        call.Stage = CallStage.Ended;
    }

    /// <summary>
    /// The connection broke. Calls that can be repeated are kept for the next one, in the order in which they began. Their time begins
    /// anew, but not by a connection that was of no use: a call at which the coordinator always hangs up fails in the end.
    /// </summary>
    /// <param name="now">The moment.</param>
    /// <param name="ended">Gets those that have ended, since it is unknown whether they took effect.</param>
    /// <param name="orphans">Gets those whose callers wait for a verdict, and are to be let go.</param>
    public void Broke(TimeSpan now, List<PendingCall> ended, List<PendingCall> orphans)
    {
        _room = 0;
        foreach (var call in _sent.Values.OrderByDescending(call => call.Id))
        {
            if (call.IsRepeatable)
            {
                call.Stage = CallStage.Queued;
                QueueOf(call).AddFirst(call);
            }
            else
            {
                call.Stage = CallStage.Ended;
                ended.Add(call);
            }
            if (call is { IsRepeatable: true, IsGivenUp: true, IsOrphan: false })
                orphans.Add(call);
        }
        _sent.Clear();
        _lastingSent = 0;
        _givenUp.Clear();
        var wasOfUse = now - _connectedAt >= PipeProtocol.ShortLife;
        foreach (var call in _lasting.Concat(_brief))
        {
            call.TriedUntil = wasOfUse ? now + reconnectFor : call.TriedUntil ?? now + reconnectFor;
            call.Deadline = call.TriedUntil;
        }
        foreach (var call in orphans)
            call.IsOrphan = true;
    }

    /// <summary>A caller gives its call up.</summary>
    public GiveUp GiveUp(PendingCall call, TimeSpan now)
    {
        if (call.Stage == CallStage.Ended || call.IsGivenUp)
            return Pyremto.GiveUp.Nothing;
        call.IsGivenUp = true;
        if (call.Stage == CallStage.Sent)
        {
            call.Deadline = now + verdictWithin;
            _givenUp.AddLast(call);
            return Pyremto.GiveUp.SendCancel;
        }
        if (call.WasSent)
        {
            call.IsOrphan = true;
            return Pyremto.GiveUp.Orphan;
        }
        Ended(call);
        return Pyremto.GiveUp.Cancelled;
    }

    /// <summary>
    /// A call that has waited for too long: a queued one for a connection, which has ended then; or one that was given up for the verdict,
    /// whose caller is to be let go (<see cref="PendingCall.IsOrphan"/>).
    /// </summary>
    public PendingCall? TryTakeOverdue(TimeSpan now)
    {
        if (_givenUp.First?.Value is { } givenUp && givenUp.Deadline <= now)
        {
            _givenUp.RemoveFirst();
            givenUp.Deadline = null;
            givenUp.IsOrphan = true;
            return givenUp;
        }
        if (IsConnected || FirstQueued is not { } queued || queued.Deadline > now)
            return null;
        QueueOf(queued).RemoveFirst();
        queued.Stage = CallStage.Ended;
        return queued;
    }

    /// <summary>Ends all calls: no coordinator will answer them.</summary>
    public List<PendingCall> EndAll()
    {
        List<PendingCall> all = [.. _sent.Values, .. _lasting, .. _brief];
        foreach (var call in all)
            call.Stage = CallStage.Ended;
        _sent.Clear();
        _lasting.Clear();
        _brief.Clear();
        _givenUp.Clear();
        _room = _lastingSent = 0;
        return all;
    }

    private bool HasRoom(bool lasts) => (lasts ? _lastingSent : _sent.Count - _lastingSent) < _room;

    private LinkedList<PendingCall> QueueOf(PendingCall call) => call.Lasts ? _lasting : _brief;

    private void Sent(PendingCall call)
    {
        if (call.Lasts)
            _lastingSent++;
        call.Stage = CallStage.Sent;
        call.WasSent = true;
        call.Deadline = null;
        _sent.Add(call.Id, call);
    }
}

/// <summary>What follows when a caller gives its call up.</summary>
internal enum GiveUp
{
    /// <summary>It has ended already.</summary>
    Nothing,

    /// <summary>No coordinator saw it: it has ended, and never took place.</summary>
    Cancelled,

    /// <summary>The coordinator is asked to give it up, and its verdict is waited for.</summary>
    SendCancel,

    /// <summary>A coordinator saw it before the connection broke: the caller goes on, and what it may have been given is given back
    /// (S8).</summary>
    Orphan,
}
