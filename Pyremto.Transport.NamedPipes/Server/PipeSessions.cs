using System.Diagnostics.CodeAnalysis;

namespace Pyremto;

/// <summary>
/// Which clients there are, which workers each speaks for, and when one that is gone counts as lost (S10). A state machine: no I/O, no
/// clock, not thread-safe.
/// </summary>
internal sealed class PipeSessions(TimeSpan grace)
{
    private readonly Dictionary<string, PipeSession> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PipeSession> _speaksFor = new(StringComparer.Ordinal);

    /// <summary>Those without a connection, in the order in which they lost it; some have come back since.</summary>
    private readonly Queue<(PipeSession Session, TimeSpan LostAt)> _gone = new();

    /// <summary>When <see cref="TryTakeLost"/> is to be asked next.</summary>
    public TimeSpan? NextDeadline => _gone.TryPeek(out var first) ? first.LostAt : null;

    /// <summary>The session of that id, if there is one.</summary>
    public PipeSession? Find(string id) => _sessions.GetValueOrDefault(id);

    /// <summary>A client has introduced itself on a new connection.</summary>
    public PipeSession Connected(string id, IReadOnlyList<string> workers)
    {
        if (!_sessions.TryGetValue(id, out var session))
            _sessions.Add(id, session = new PipeSession(id));
        session.LostAt = null;
        session.HasLeft = false;
        session.Undelivered.Clear(); // it asks again with the same request ids (S8)
        foreach (var worker in workers)
            Speaks(session, worker);
        return session;
    }

    /// <summary>A client speaks for a worker. One that spoke through another before has moved.</summary>
    public void Speaks(PipeSession session, string worker)
    {
        if (session.Workers.Count >= PipeProtocol.MostWorkers && !session.Workers.Contains(worker))
            return; // its lease alone says when it is lost
        session.Workers.Add(worker);
        _speaksFor[worker] = session;
    }

    /// <summary>A connection has ended. What was answered on it and did not get through is kept until the client is back or lost.</summary>
    public void Disconnected(PipeSession session, IEnumerable<UndeliveredAnswer> undelivered, TimeSpan now)
    {
        session.Undelivered.AddRange(undelivered);
        session.LostAt = now + grace;
        _gone.Enqueue((session, now + grace));
    }

    /// <summary>A client that has been gone for too long: it is forgotten here, and the caller gives up what it had.</summary>
    public bool TryTakeLost(TimeSpan now, [NotNullWhen(true)] out LostSession? lost)
    {
        lost = null;
        while (lost is null && _gone.TryPeek(out var first) && first.LostAt <= now)
        {
            _gone.Dequeue();
            var session = first.Session;
            if (session.LostAt != first.LostAt)
                continue; // it came back
            session.LostAt = null; // once
            _sessions.Remove(session.Id);
            var workers = session.Workers.Where(worker => _speaksFor.GetValueOrDefault(worker) == session).ToArray();
            foreach (var worker in workers)
                _speaksFor.Remove(worker);
            lost = new LostSession(session.Id, workers, session.Undelivered, session.HasLeft);
        }
        return lost is not null;
    }
}

/// <summary>A client, over the connections that it has one after the other.</summary>
internal sealed class PipeSession(string id)
{
    public string Id { get; } = id;

    public HashSet<string> Workers { get; } = new(StringComparer.Ordinal);

    public List<UndeliveredAnswer> Undelivered { get; } = [];

    /// <summary>Whether it said that it would not come back.</summary>
    public bool HasLeft { get; set; }

    /// <summary>When it counts as lost; null while it has a connection.</summary>
    public TimeSpan? LostAt { get; set; }
}

/// <summary>Work that was given and whose answer did not get through: nobody has it (S8).</summary>
internal sealed record UndeliveredAnswer(ExchangeRequest Request, ExchangeAnswer Answer);

/// <summary>A client that did not come back; as it had said, or to our surprise.</summary>
internal sealed record LostSession(
    string Id, IReadOnlyList<string> Workers, IReadOnlyList<UndeliveredAnswer> Undelivered, bool HasLeft);
