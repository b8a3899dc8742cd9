namespace Pyremto;

/// <summary>
/// Which tags a worker asks for, all of its slots together. A tag that is missing, refused or failing is left out for a while that grows;
/// then one slot at a time tries it, and what that finds counts for all. Decides only; time is the worker's. Thread-safe.
/// </summary>
/// <param name="tags">The worker's tags; empty for a worker over a prefix.</param>
/// <param name="random">Draws the jitter.</param>
internal sealed class TagRoster(IReadOnlyList<TagAccess> tags, IRandomSource random)
{
    /// <summary>A failing tag that gives nothing to try for this long may be done or gone, and is no longer special.</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    public static readonly IReadOnlyDictionary<string, TimeSpan> NoneHeldBack =
        new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly TagChoice _all = new(tags, [], IsWhole: true, IsAllThereIs: true, LooksAgainAt: null);
    private readonly Dictionary<string, Absence> _absences = new(StringComparer.Ordinal);
    private volatile bool _anyLeftOut;

    /// <summary>Whether any tag is left out now.</summary>
    public bool AnyLeftOut => _anyLeftOut;

    /// <summary>Whether there is a tag whose jobs fail.</summary>
    public bool AnyFails
    {
        get
        {
            lock (_gate)
                return _absences.Values.Any(absence => absence.LeftOut.Cause == LeftOutCause.Failing);
        }
    }

    /// <summary>Why the worker cannot work at all: every tag of it is refused. Null while one is not.</summary>
    public string? RefusedAltogether
    {
        get
        {
            lock (_gate)
            {
                return tags.Count > 0 && tags.All(access => Find(access.Tag) is { LeftOut.Cause: LeftOutCause.Refused })
                    ? _absences[tags[0].Tag].LeftOut.Reason
                    : null;
            }
        }
    }

    /// <summary>The tags that are left out now, by name.</summary>
    public IReadOnlyList<TagLeftOut> LeftOut
    {
        get
        {
            if (!_anyLeftOut)
                return [];
            lock (_gate)
                return [.. _absences.Values.Select(absence => absence.LeftOut).OrderBy(left => left.Tag, StringComparer.Ordinal)];
        }
    }

    /// <summary>For what a slot is to ask now. Tags whose time has come are tried by the first slot that asks.</summary>
    public TagChoice Choose(object slot, TimeSpan now)
    {
        if (!_anyLeftOut)
            return _all;
        lock (_gate)
        {
            var except = new HashSet<string>(StringComparer.Ordinal);
            var (isAllThereIs, looksAgainAt) = (true, (TimeSpan?)null);
            // Missing ones are looked for together, so that many of them cost one request.
            var looksForMissing = _absences.Values.Any(absence => absence.LeftOut.Cause == LeftOutCause.Missing && absence.IsDue(now));
            foreach (var (tag, absence) in _absences)
            {
                if (absence.IsDue(now) || (looksForMissing && absence.LeftOut.Cause == LeftOutCause.Missing && absence.TriedBy is null))
                    absence.TriedBy = slot;
                if (absence.TriedBy == slot)
                    continue;
                except.Add(tag);
                isAllThereIs &= absence.LeftOut.Cause is LeftOutCause.Missing or LeftOutCause.Refused;
                if (absence.TriedBy is null && (looksAgainAt is null || absence.LeftOut.Until < looksAgainAt))
                    looksAgainAt = absence.LeftOut.Until;
            }
            return new TagChoice(
                [.. tags.Where(access => !except.Contains(access.Tag))],
                tags.Count == 0 ? [.. except] : [],
                IsWhole: except.Count == 0,
                isAllThereIs,
                looksAgainAt);
        }
    }

    /// <summary>Whether a request asks for a tag that this slot is to leave out by now.</summary>
    public bool IsOutdated(ExchangeRequest request, object slot)
    {
        if (!_anyLeftOut)
            return false;
        lock (_gate)
        {
            return _absences.Any(entry => entry.Value.TriedBy != slot && (request.TagPrefix is null
                ? request.Tags.Any(access => access.Tag == entry.Key)
                : !request.ExceptTags.Contains(entry.Key, StringComparer.Ordinal)));
        }
    }

    /// <summary>Leaves a tag out, for longer each time that a try finds the same.</summary>
    /// <returns>What is new about it; null where another slot found the same already.</returns>
    public TagLeftOut? LeaveOut(object slot, string tag, LeftOutCause cause, string reason, TimeSpan now)
    {
        lock (_gate)
        {
            var absence = Find(tag);
            var isKnown = absence is not null && absence.LeftOut.Cause == cause && absence.TriedBy != slot;
            if (isKnown && (cause != LeftOutCause.Banned || now < absence!.LeftOut.Until)) // last reports are sent while none tries the tag
                return null;
            var isSame = absence?.LeftOut.Cause == cause;
            var pause = isSame ? absence!.Pause : PauseFor(cause);
            var leftOut = new TagLeftOut(tag, cause, reason, isSame ? absence!.LeftOut.Since : now, now + pause.Next());
            _absences[tag] = new Absence(leftOut, pause);
            _anyLeftOut = true;
            return leftOut;
        }
    }

    /// <summary>The tags whose reports wait, since a ban would refuse them, and when each is tried again; without those that this slot
    /// tries.</summary>
    public IReadOnlyDictionary<string, TimeSpan> HeldBack(object slot)
    {
        if (!_anyLeftOut)
            return NoneHeldBack;
        lock (_gate)
        {
            return _absences
                .Where(entry => entry.Value.LeftOut.Cause == LeftOutCause.Banned && entry.Value.TriedBy != slot)
                .ToDictionary(entry => entry.Key, entry => entry.Value.LeftOut.Until, StringComparer.Ordinal);
        }
    }

    /// <summary>Takes a tag back in.</summary>
    /// <returns>Whether it was left out for that.</returns>
    public bool TakeIn(string tag, LeftOutCause cause)
    {
        if (!_anyLeftOut)
            return false;
        lock (_gate)
            return Find(tag)?.LeftOut.Cause == cause && Remove(tag);
    }

    /// <summary>The tags that a slot tries, those of one cause.</summary>
    public IReadOnlyList<TagLeftOut> TriedBy(object slot, bool failing)
    {
        if (!_anyLeftOut)
            return [];
        lock (_gate)
        {
            return
            [
                .. _absences.Values
                    .Where(absence => absence.TriedBy == slot && absence.LeftOut.Cause == LeftOutCause.Failing == failing)
                    .Select(absence => absence.LeftOut),
            ];
        }
    }

    /// <summary>A slot no longer tries anything; another may, at once.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="now">The time.</param>
    /// <param name="forgotten">Failing tags that gave nothing to try for long, and are taken in.</param>
    /// <returns>Whether it tried anything.</returns>
    public bool StopTrying(object slot, TimeSpan now, out IReadOnlyList<string> forgotten)
    {
        forgotten = [];
        if (!_anyLeftOut)
            return false;
        lock (_gate)
        {
            var tried = _absences.Values.Where(absence => absence.TriedBy == slot).ToList();
            foreach (var absence in tried)
                absence.TriedBy = null;
            forgotten =
            [
                .. tried.Where(absence => absence.LeftOut.Cause == LeftOutCause.Failing && now - absence.LeftOut.Until >= ForgetAfter)
                    .Select(absence => absence.LeftOut.Tag),
            ];
            foreach (var tag in forgotten)
                Remove(tag);
            return tried.Count > 0;
        }
    }

    private Absence? Find(string tag) => _absences.GetValueOrDefault(tag);

    private bool Remove(string tag)
    {
        var removed = _absences.Remove(tag);
        _anyLeftOut = _absences.Count > 0;
        return removed;
    }

    private Backoff PauseFor(LeftOutCause cause) => cause switch
    {
        LeftOutCause.Missing => new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(tags.Count > 1 ? 10 : 5), random),
        LeftOutCause.Banned => new Backoff(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), random),
        LeftOutCause.Refused => new Backoff(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10), random),
        _ => new Backoff(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), random),
    };

    private sealed class Absence(TagLeftOut leftOut, Backoff pause)
    {
        public TagLeftOut LeftOut { get; } = leftOut;

        public Backoff Pause { get; } = pause;

        /// <summary>The slot that tries it now.</summary>
        public object? TriedBy { get; set; }

        public bool IsDue(TimeSpan now) => TriedBy is null && now >= LeftOut.Until;
    }
}
