using Pyremto.Tests.ModelBased;

namespace Pyremto.Tests.Simulation;

/// <content>When everything happened, in the time that no wall clock changes, and whom the store heard when (S10).</content>
internal sealed partial class TagHistory
{
    /// <summary>Times are kept in whole microseconds.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromMicroseconds(2);

    private readonly Dictionary<(int JobId, int Attempt), Moments> _moments = [];
    private readonly Dictionary<int, TimeSpan> _closed = [];
    private readonly Dictionary<string, TimeSpan> _signs = new(StringComparer.Ordinal);
    private TimeSpan? _deleted;

    public TimeSpan LongestLease { get; private set; }

    /// <summary>A worker was heard.</summary>
    public void Seen(string worker, TimeSpan at) => _signs[worker] = at;

    public TimeSpan LastSign(string worker) => _signs.GetValueOrDefault(worker);

    public Moments MomentsOf(ModelHandOut handOut) => _moments[(handOut.JobId, handOut.Attempt)];

    /// <summary>A heartbeat names a job, and the lease that its worker knows.</summary>
    public void Named(HeldJob held)
    {
        var lease = UnixTime.SpanFromMicros(Settings.LeaseMicros);
        if (held.Lease is { } known && (known - lease).Duration() < TimeSpan.FromMilliseconds(1)
            && _moments.TryGetValue((held.JobId, held.Attempt!.Value), out var moments))
        {
            moments.KnownLease = lease;
        }
    }

    /// <summary>A worker has begun with what it was handed.</summary>
    public void Begins(HandOut job) => _moments[(job.JobId, job.Attempt)].HasBegun = true;

    /// <summary>A worker's handler has ended with a result.</summary>
    public void Brings(HandOut job) => _moments[(job.JobId, job.Attempt)].Brought ??= world.Now;

    public void Deleted()
    {
        IsDeleted = true;
        _deleted = world.Now;
    }

    /// <summary>Since when nobody needs what a worker runs; null while it is needed.</summary>
    public TimeSpan? NotNeededSince(HandOut job) =>
        _deleted ?? (_closed.TryGetValue(job.JobId, out var closed) ? closed : null);

    private void Closed(int jobId) => _closed[jobId] = world.Now;

    private void NoteHandedOut(int jobId, int attempt) => _moments[(jobId, attempt)] = new Moments
    {
        HandedOut = world.Now,
        KnownLease = UnixTime.SpanFromMicros(Settings.LeaseMicros),
    };

    private void NoteLease(long micros)
    {
        var lease = UnixTime.SpanFromMicros(micros);
        LongestLease = lease > LongestLease ? lease : LongestLease;
        foreach (var moments in _moments.Values)
            moments.KnownLease = lease > moments.KnownLease ? lease : moments.KnownLease;
    }

    /// <summary>Whether there is a cause for which a live hand-out may be given up now.</summary>
    private bool MayBeLost(ModelHandOut handOut)
    {
        var moments = MomentsOf(handOut);
        if (all.IsStarting)
            return _workers.ContainsValue((handOut.Worker!, true));
        var isNamed = all.Current?.Workers.Contains(handOut.Worker, StringComparer.Ordinal) == true;
        var sign = World.Latest(moments.HandedOut, handOut.Worker is null ? TimeSpan.Zero : LastSign(handOut.Worker));
        var silent = world.Now - World.Latest(sign, all.LeasesSince);
        return all.Current?.Kind switch
        {
            DecisionKind.SessionLost when isNamed => true,
            DecisionKind.GiveUpSilent when world.Now - sign + Rounding >= all.Current.Silence => true,
            DecisionKind.Heartbeat when isNamed => world.Now - moments.HandedOut + Rounding >= moments.KnownLease,
            _ => handOut.Worker is not null && silent + Rounding >= moments.KnownLease,
        };
    }
}
