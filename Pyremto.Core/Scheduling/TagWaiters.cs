namespace Pyremto;

/// <summary>
/// Callers that wait for work (S7). Each waits in the line of each tag that it named, or in that of its prefix; a change of a tag wakes
/// as many as it may serve, those who wait longest first, or all where the answer to all of them changes. Thread-safe.
/// </summary>
/// <remarks>
/// No change is missed: a caller takes a <see cref="Ticket"/> before it asks the store, and one whose tags changed since then is not
/// put to sleep. A caller that was woken in vain, or by one tag and served by another, passes the call on to the next one that the change
/// did not reach.
/// </remarks>
/// <param name="continuations">
/// How callers go on that are woken: on the thread pool, or, for a simulation that has one thread alone, at once and inside the call
/// that wakes them.
/// </param>
internal sealed class TagWaiters(TaskCreationOptions continuations = TaskCreationOptions.RunContinuationsAsynchronously)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WaitingLine> _tags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WaitingLine> _prefixes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Tags, string Worker, string RequestId), Ticket> _byRequest = [];

    /// <summary>Who waits for a tag, or for all with a prefix.</summary>
    internal sealed class WaitingLine(string name)
    {
        public string Name { get; } = name;
        public long Changes { get; set; }
        public int Users { get; set; }
        public LinkedList<Waiter> Waiting { get; } = [];
    }

    internal sealed class Waiter(Ticket ticket, TaskCreationOptions continuations)
    {
        public TaskCompletionSource Woken { get; } = new(continuations);
        public Ticket Ticket { get; } = ticket;
        public List<LinkedListNode<Waiter>> Places { get; } = [];
    }

    /// <summary>What a caller has seen of the lines in which it waits.</summary>
    public sealed class Ticket
    {
        internal required WaitingLine[] Lines { get; init; }
        internal required long[] Seen { get; init; }
        internal bool IsForPrefix { get; init; }
        internal string? Worker { get; init; }
        internal (string Tags, string Worker, string RequestId)? Request { get; init; }

        /// <summary>What its caller sleeps on, if it does.</summary>
        internal TaskCompletionSource? Sleep { get; set; }

        /// <summary>The tag that woke its caller; null where it did not sleep, so that nobody was passed over for it.</summary>
        internal string? WokenBy { get; set; }

        /// <summary>Whether the same request came again, so that nobody waits for this answer any more.</summary>
        internal bool IsRepeated { get; set; }
    }

    /// <summary>
    /// Begins to watch tags, or all tags with a prefix; to be given back by <see cref="Leave"/>. Where the same request waits already, its
    /// caller has lost its connection: that one waits no more, so that nothing is given where nobody takes it (S8).
    /// </summary>
    public Ticket Enter(IReadOnlyList<string> tags, string? prefix, string? worker = null, string? requestId = null)
    {
        lock (_gate)
        {
            var ticket = new Ticket
            {
                Lines = prefix is null ? [.. tags.Select(tag => Join(_tags, tag))] : [Join(_prefixes, prefix)],
                Seen = new long[prefix is null ? tags.Count : 1],
                IsForPrefix = prefix is not null,
                Worker = worker,
                Request = prefix is null && worker is not null && requestId is not null ? (string.Join('/', tags), worker, requestId) : null,
            };
            Note(ticket);
            if (ticket.Request is not { } request)
                return ticket;
            var earlier = _byRequest.GetValueOrDefault(request);
            _byRequest[request] = ticket;
            if (earlier is not null)
            {
                earlier.IsRepeated = true;
                earlier.Sleep?.TrySetCanceled();
            }
            return ticket;
        }
    }

    /// <summary>Notes that the caller asks the store now: only later changes count.</summary>
    public void Look(Ticket ticket)
    {
        lock (_gate)
            Note(ticket);
    }

    public void Leave(Ticket ticket)
    {
        lock (_gate)
        {
            foreach (var line in ticket.Lines)
            {
                if (--line.Users == 0)
                    (ticket.IsForPrefix ? _prefixes : _tags).Remove(line.Name);
            }
            if (ticket.Request is { } request && _byRequest.GetValueOrDefault(request) == ticket)
                _byRequest.Remove(request);
        }
    }

    /// <summary>Sleeps until one of the tags changed since the last <see cref="Look"/>.</summary>
    /// <returns>False if it was cancelled, by the caller, because its time is up, or because the same request came again.</returns>
    public async ValueTask<bool> WaitAsync(Ticket ticket, CancellationToken timeIsUp)
    {
        var waiter = new Waiter(ticket, continuations);
        lock (_gate)
        {
            ticket.WokenBy = null;
            if (ticket.IsRepeated)
                return false;
            for (var i = 0; i < ticket.Lines.Length; i++)
            {
                if (ticket.Lines[i].Changes != ticket.Seen[i])
                    return true;
            }
            ticket.Sleep = waiter.Woken;
            foreach (var line in ticket.Lines)
                waiter.Places.Add(line.Waiting.AddLast(waiter));
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
            return [.. LinesOf(tag).SelectMany(line => line.Waiting).Select(waiter => waiter.Ticket.Worker)];
    }

    /// <summary>A tag changed: wakes up to <paramref name="most"/> of those who wait for it, who named it before who named a
    /// prefix.</summary>
    public void Wake(string tag, int most)
    {
        lock (_gate)
        {
            foreach (var line in LinesOf(tag))
            {
                line.Changes++;
                most -= Wake(line, tag, most, evenIfSeen: true);
            }
        }
    }

    /// <summary>A caller that was woken and did not take what woke it lets the next one try, that the same change has not
    /// reached.</summary>
    /// <param name="ticket">The caller's.</param>
    /// <param name="served">The tag that it took work of; null if it took none.</param>
    public void PassOn(Ticket ticket, string? served = null)
    {
        lock (_gate)
        {
            if (ticket.WokenBy is not { } tag || tag == served)
                return;
            ticket.WokenBy = null;
            foreach (var line in LinesOf(tag))
            {
                if (Wake(line, tag, most: 1, evenIfSeen: false) > 0)
                    return;
            }
        }
    }

    private static WaitingLine Join(Dictionary<string, WaitingLine> lines, string name)
    {
        if (!lines.TryGetValue(name, out var line))
            lines[name] = line = new WaitingLine(name);
        line.Users++;
        return line;
    }

    private static void Note(Ticket ticket)
    {
        for (var i = 0; i < ticket.Lines.Length; i++)
            ticket.Seen[i] = ticket.Lines[i].Changes;
    }

    /// <summary>The lines of those whom a tag concerns; a copy, since whoever is woken may leave at once.</summary>
    private WaitingLine[] LinesOf(string tag)
    {
        var line = _tags.GetValueOrDefault(tag);
        if (_prefixes.Count == 0)
            return line is null ? [] : [line];
        var prefixes = _prefixes.Values.Where(prefix => tag.StartsWith(prefix.Name, StringComparison.Ordinal));
        return line is null ? [.. prefixes] : [line, .. prefixes];
    }

    private static int Wake(WaitingLine line, string tag, int most, bool evenIfSeen)
    {
        var woken = 0;
        for (var node = line.Waiting.First; node is not null && woken < most;)
        {
            var candidate = node.Value;
            node = node.Next;
            if (evenIfSeen || candidate.Ticket.Seen[Array.IndexOf(candidate.Ticket.Lines, line)] < line.Changes)
                woken += Wake(candidate, tag) ? 1 : 0;
        }
        return woken;
    }

    /// <summary>Wakes one, unless its time was up just now.</summary>
    private static bool Wake(Waiter waiter, string tag)
    {
        Remove(waiter);
        waiter.Ticket.WokenBy = tag;
        return waiter.Woken.TrySetResult();
    }

    private static void Remove(Waiter waiter)
    {
        foreach (var place in waiter.Places)
            place.List?.Remove(place);
        waiter.Places.Clear();
    }
}
