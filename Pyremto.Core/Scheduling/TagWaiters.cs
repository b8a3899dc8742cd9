namespace Pyremto;

/// <summary>
/// Callers that wait for work (S7). Each waits for the tags that it named; a change of a tag wakes as many as it may serve, those who
/// wait longest first, or all where the answer to all of them changes. Thread-safe.
/// </summary>
/// <remarks>
/// No change is missed: a caller takes a <see cref="Ticket"/> before it asks the store, and one whose tag changed since then is not
/// put to sleep. A caller that was woken in vain, or by one tag and served by another, passes the call on to the next one that it has not reached yet.
/// </remarks>
/// <param name="continuations">
/// How callers go on that are woken: on the thread pool, or, for a simulation that has one thread alone, at once and inside the call
/// that wakes them.
/// </param>
internal sealed class TagWaiters(TaskCreationOptions continuations = TaskCreationOptions.RunContinuationsAsynchronously)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WaitingLine> _queues = new(StringComparer.Ordinal);
    private readonly LinkedList<Waiter> _prefixWaiters = [];
    private readonly Dictionary<(string Tags, string Worker, string RequestId), Ticket> _byRequest = [];
    private long _anyChange;

    private sealed class WaitingLine
    {
        public long Changes;
        public int Users;
        public LinkedList<Waiter> Waiting { get; } = [];
    }

    private sealed class Waiter(TaskCreationOptions continuations)
    {
        public TaskCompletionSource Woken { get; } = new(continuations);
        public required Ticket Ticket { get; init; }
        public List<LinkedListNode<Waiter>> Places { get; } = [];
    }

    /// <summary>What a caller has seen of the tags that it waits for.</summary>
    public sealed class Ticket
    {
        internal IReadOnlyList<string> Tags { get; init; } = [];
        internal string? Prefix { get; init; }
        internal string? Worker { get; init; }
        internal long[] Seen { get; set; } = [];
        internal long SeenOfAny { get; set; }
        internal (string Tags, string Worker, string RequestId)? Request { get; init; }

        /// <summary>What its caller sleeps on, if it does.</summary>
        internal TaskCompletionSource? Sleep { get; set; }

        /// <summary>Whether the same request came again, so that nobody waits for this answer any more.</summary>
        internal bool IsRepeated { get; set; }
    }

    /// <summary>
    /// Begins to watch tags, or all tags with a prefix; to be given back by <see cref="Leave"/>. Where the same request waits already, its
    /// caller has lost its connection: that one waits no more, so that nothing is given where nobody takes it (S8).
    /// </summary>
    public Ticket Enter(IReadOnlyList<string> tags, string? prefix, string? worker = null, string? requestId = null)
    {
        var ticket = new Ticket
        {
            Tags = tags,
            Prefix = prefix,
            Worker = worker,
            Seen = new long[tags.Count],
            Request = prefix is null && worker is not null && requestId is not null ? (string.Join('/', tags), worker, requestId) : null,
        };
        lock (_gate)
        {
            if (ticket.Request is { } request)
            {
                var earlier = _byRequest.GetValueOrDefault(request);
                _byRequest[request] = ticket;
                if (earlier is not null)
                {
                    earlier.IsRepeated = true;
                    earlier.Sleep?.TrySetCanceled();
                }
            }
            foreach (var tag in tags)
            {
                if (!_queues.TryGetValue(tag, out var queue))
                    _queues[tag] = queue = new WaitingLine();
                queue.Users++;
            }
        }
        Look(ticket);
        return ticket;
    }

    /// <summary>Notes that the caller asks the store now: only later changes count.</summary>
    public void Look(Ticket ticket)
    {
        lock (_gate)
        {
            for (var i = 0; i < ticket.Seen.Length; i++)
                ticket.Seen[i] = _queues[ticket.Tags[i]].Changes;
            ticket.SeenOfAny = _anyChange;
        }
    }

    public void Leave(Ticket ticket)
    {
        lock (_gate)
        {
            foreach (var tag in ticket.Tags)
            {
                if (--_queues[tag].Users == 0)
                    _queues.Remove(tag);
            }
            if (ticket.Request is { } request && _byRequest.GetValueOrDefault(request) == ticket)
                _byRequest.Remove(request);
        }
    }

    /// <summary>Sleeps until one of the tags changed since the last <see cref="Look"/>.</summary>
    /// <returns>False if it was cancelled, by the caller, because its time is up, or because the same request came again.</returns>
    public async ValueTask<bool> WaitAsync(Ticket ticket, CancellationToken timeIsUp)
    {
        var waiter = new Waiter(continuations) { Ticket = ticket };
        lock (_gate)
        {
            if (ticket.IsRepeated)
                return false;
            if (HasChanged(ticket))
                return true;
            ticket.Sleep = waiter.Woken;
            foreach (var tag in ticket.Tags)
                waiter.Places.Add(_queues[tag].Waiting.AddLast(waiter));
            if (ticket.Prefix is not null)
                waiter.Places.Add(_prefixWaiters.AddLast(waiter));
        }
        using (timeIsUp.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetCanceled(), waiter.Woken))
        {
            await ((Task)waiter.Woken.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        lock (_gate)
        {
            ticket.Sleep = null;
            Remove(waiter);
        }
        return waiter.Woken.Task.IsCompletedSuccessfully;
    }

    /// <summary>The workers that sleep until there is work of a tag; null for an anonymous one.</summary>
    public IReadOnlyList<string?> WaitingFor(string tag)
    {
        lock (_gate)
        {
            IEnumerable<Waiter> waiting = _queues.TryGetValue(tag, out var queue) ? queue.Waiting : [];
            return [.. waiting.Concat(_prefixWaiters.Where(waiter => IsMeant(waiter, tag))).Select(waiter => waiter.Ticket.Worker)];
        }
    }

    /// <summary>A tag changed: wakes up to <paramref name="most"/> of those who wait for it.</summary>
    public void Wake(string tag, int most)
    {
        lock (_gate)
        {
            _anyChange++;
            if (_queues.TryGetValue(tag, out var queue))
            {
                queue.Changes++;
                most -= Wake(queue.Waiting, most, fits: null);
            }
            if (_prefixWaiters.Count > 0)
                Wake(_prefixWaiters, most, waiter => IsMeant(waiter, tag));
        }
    }

    /// <summary>A caller that was woken and did not take what woke it lets the next one try, that the same change has not reached.</summary>
    /// <param name="ticket">The caller's.</param>
    /// <param name="served">The tag that it took work of; null if it took none.</param>
    public void PassOn(Ticket ticket, string? served = null)
    {
        if (served is not null && ticket is { Prefix: null, Tags.Count: 1 })
            return;
        lock (_gate)
        {
            foreach (var tag in ticket.Tags)
            {
                if (tag == served)
                    continue;
                var queue = _queues[tag];
                if (Wake(queue.Waiting, 1, waiter => SeenOf(waiter.Ticket, tag) < queue.Changes) == 0)
                    Wake(_prefixWaiters, 1, waiter => waiter.Ticket.SeenOfAny < _anyChange && IsMeant(waiter, tag));
            }
            // Which tag changed is not known here, so all look for themselves who may have the same in mind: they are few, and of this process.
            if (ticket.Prefix is { } prefix)
            {
                Wake(
                    _prefixWaiters, int.MaxValue,
                    waiter => waiter.Ticket.SeenOfAny < _anyChange
                        && (IsMeant(waiter, prefix) || waiter.Ticket.Prefix!.StartsWith(prefix, StringComparison.Ordinal)));
            }
        }
    }

    /// <summary>Whether a tag has the prefix that a caller waits for.</summary>
    private static bool IsMeant(Waiter waiter, string tag) => tag.StartsWith(waiter.Ticket.Prefix!, StringComparison.Ordinal);

    private static long SeenOf(Ticket ticket, string tag)
    {
        for (var i = 0; i < ticket.Tags.Count; i++)
        {
            if (string.Equals(ticket.Tags[i], tag, StringComparison.Ordinal))
                return ticket.Seen[i];
        }
        return long.MaxValue;
    }

    private bool HasChanged(Ticket ticket)
    {
        for (var i = 0; i < ticket.Seen.Length; i++)
        {
            if (_queues[ticket.Tags[i]].Changes != ticket.Seen[i])
                return true;
        }
        return ticket.Prefix is not null && ticket.SeenOfAny != _anyChange;
    }

    private static int Wake(LinkedList<Waiter> waiting, int most, Func<Waiter, bool>? fits)
    {
        var woken = 0;
        for (var node = waiting.First; node is not null && woken < most;)
        {
            var candidate = node.Value;
            node = node.Next;
            if (fits is null || fits(candidate))
                woken += Wake(candidate) ? 1 : 0;
        }
        return woken;
    }

    /// <summary>Wakes one, unless its time was up just now.</summary>
    private static bool Wake(Waiter waiter)
    {
        Remove(waiter);
        return waiter.Woken.TrySetResult();
    }

    private static void Remove(Waiter waiter)
    {
        foreach (var place in waiter.Places)
            place.List?.Remove(place);
        waiter.Places.Clear();
    }
}
