namespace Pyremto;

/// <content>Failed jobs wait before they may be handed out again: S9.</content>
internal sealed partial class TagLedger
{
    private const int MostDoublings = 6;
    private const double MostJitter = 0.25;
    private static readonly long LongestDelay = TimeSpan.FromDays(1).ToMicros();

    private readonly DelayedJobs _delayed = new();

    /// <summary>Until when a waiting job is not handed out again because it failed; null if it may be.</summary>
    public long? WaitingUntil(int jobId) => _jobs[jobId].State == JobState.Waiting ? _delayed.Find(jobId) : null;

    /// <summary>A hand-out of the job failed just now. To be settled after.</summary>
    private void Delay(int jobId, long now)
    {
        ref var job = ref _jobs[jobId];
        if (_settings.RetryDelayMicros == 0 || job.Spent >= _settings.MaxAttempts)
            return;
        var delay = new JobDelay(now, now + DelayOf(jobId, job));
        if (_delayed.Find(jobId) >= delay.Until)
            return; // another hand-out of it failed before, under a longer delay
        _delayed.Set(jobId, delay);
        _journal.Delayed(jobId, job.LastRow, new JobDelay(_wall.Of(delay.From), _wall.Of(delay.Until)));
    }

    /// <summary>
    /// It doubles with each attempt spent. What lengthens it at random follows from the tag's instance id, which was drawn, so that the
    /// same ledger always decides the same.
    /// </summary>
    private long DelayOf(int jobId, in JobEntry job)
    {
        var nominal = Math.Min(_settings.RetryDelayMicros << Math.Clamp(job.Spent - 1, 0, MostDoublings), LongestDelay);
        var chance = new HashedRandomSource($"{_instance}/{jobId}/{job.Attempts}").NextFraction();
        return nominal + (long)(nominal * MostJitter * chance);
    }

    /// <summary>A job need wait no longer. Answers whether it did; it is to be settled after.</summary>
    private bool EndDelay(int jobId)
    {
        if (!_delayed.Remove(jobId))
            return false;
        _journal.Delayed(jobId, _jobs[jobId].LastRow, delay: null);
        return true;
    }

    /// <summary>A job has waited.</summary>
    private void LetGo(int jobId)
    {
        Settle(jobId, _jobs[jobId].Spent);
        TellOpened(jobId);
    }
}
