namespace Pyremto;

/// <summary>
/// The jobs that a worker was given and has not reported, kept alive by heartbeats, one every third of the lease (S10). Thread-safe.
/// </summary>
internal sealed class HeldJobs : IAsyncDisposable
{
    private readonly IWorkExchange _scheduler;
    private readonly TagAccess _tag;
    private readonly string _worker;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Held> _held = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _timer;
    private readonly long _start;
    private TimeSpan? _due;
    private Task _beat = Task.CompletedTask;
    private bool _closed;

    public HeldJobs(IWorkExchange scheduler, TagAccess tag, string worker, TimeProvider time)
    {
        (_scheduler, _tag, _worker, _time) = (scheduler, tag, worker, time);
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static held => ((HeldJobs)held!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Keeps a job; false after <see cref="TakeAll"/>.</summary>
    public bool TryHold(HandOut job, out CancellationToken notNeeded)
    {
        lock (_gate)
        {
            notNeeded = default;
            if (_closed)
                return false;
            // An answer that was repeated brings the same hand-out again (S8); it keeps its token.
            var handOut = new HeldJob(job.JobId, job.Tag, job.Attempt, job.Instance);
            if (!_held.TryGetValue(job.JobId, out var held) || held.HandOut != handOut)
                _held[job.JobId] = held = new Held(handOut, job.Lease, new CancellationTokenSource());
            notNeeded = held.NotNeeded.Token;
            Schedule(job.Lease / 3);
            return true;
        }
    }

    /// <summary>Which hand-out of a job this worker has; null for none.</summary>
    public HeldJob? Find(int jobId)
    {
        lock (_gate)
            return _held.TryGetValue(jobId, out var held) ? held.HandOut : null;
    }

    /// <summary>Keeps a hand-out no longer, because it was reported.</summary>
    public void Forget(HeldJob handOut)
    {
        lock (_gate)
        {
            if (_held.TryGetValue(handOut.JobId, out var held) && held.HandOut == handOut)
                _held.Remove(handOut.JobId);
        }
    }

    /// <summary>Gives away all that is held, and holds nothing from now on.</summary>
    public IReadOnlyList<HeldJob> TakeAll()
    {
        lock (_gate)
        {
            _closed = true;
            var all = Snapshot();
            _held.Clear();
            return all;
        }
    }

    public async ValueTask DisposeAsync()
    {
        TakeAll();
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task beat;
        lock (_gate)
            beat = _beat;
        await beat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _due = null;
            if (!_closed && _held.Count > 0)
                _beat = Task.WhenAll(_beat, BeatAsync(Snapshot(), Shortest() / 3));
        }
    }

    private async Task BeatAsync(IReadOnlyList<HeldJob> jobs, TimeSpan interval)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            // Given up early enough that the next one still comes within the lease.
            using var patience = new CancellationTokenSource(interval / 2, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
            var beat = new Heartbeat { Tags = [_tag], Worker = _worker, Jobs = jobs };
            var answer = await _scheduler.HeartbeatAsync(beat, either.Token).ConfigureAwait(false);
            Learn(answer.Leases ?? []);
            await DropAsync(answer.NotNeeded).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TagUnknownException or WrongPasswordException)
        {
            await DropAsync(jobs).ConfigureAwait(false);
        }
        catch (Exception error) when (error is PyremtoException or OperationCanceledException or ObjectDisposedException)
        {
            // The next beat tries again; a lease is three of them.
        }
        finally
        {
            lock (_gate)
            {
                if (!_closed && _held.Count > 0)
                    Schedule(Shortest() / 3);
            }
        }
    }

    /// <summary>Takes note of leases that the owner changed.</summary>
    private void Learn(IReadOnlyList<HeldJob> jobs)
    {
        lock (_gate)
        {
            foreach (var job in jobs)
            {
                if (_held.TryGetValue(job.JobId, out var held) && held.Is(job))
                    held.Lease = job.Lease ?? held.Lease;
            }
        }
    }

    /// <summary>Forgets jobs that nobody needs any longer and tells those who compute them (S11).</summary>
    private async Task DropAsync(IReadOnlyList<HeldJob> jobs)
    {
        foreach (var job in jobs)
        {
            Held? held;
            lock (_gate)
            {
                if (!_held.TryGetValue(job.JobId, out held) || !held.Is(job))
                    continue;
                _held.Remove(job.JobId);
            }
            await held.NotNeeded.CancelAsync().ConfigureAwait(false);
        }
    }

    private void Schedule(TimeSpan interval)
    {
        var due = _time.GetElapsedTime(_start) + interval;
        if (_due is { } earlier && earlier <= due)
            return;
        _due = due;
        _timer.Change(interval, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Shortest() => _held.Values.Min(held => held.Lease);

    private IReadOnlyList<HeldJob> Snapshot() => [.. _held.Values.Select(held => held.HandOut with { Lease = held.Lease })];

    private sealed class Held(HeldJob handOut, TimeSpan lease, CancellationTokenSource notNeeded)
    {
        public HeldJob HandOut { get; } = handOut;

        public TimeSpan Lease { get; set; } = lease;

        public CancellationTokenSource NotNeeded { get; } = notNeeded;

        public bool Is(HeldJob other) =>
            (other.Attempt ?? HandOut.Attempt) == HandOut.Attempt && (other.Instance ?? HandOut.Instance) == HandOut.Instance;
    }
}
