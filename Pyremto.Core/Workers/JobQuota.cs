namespace Pyremto;

/// <summary>How many jobs one worker may still start, all of its slots together. Thread-safe.</summary>
/// <param name="most">How many in all; null for no limit.</param>
internal sealed class JobQuota(int? most)
{
    private int _left = most ?? 0;

    /// <summary>
    /// Takes the right to start one job. A slot takes it before it asks, so that no more are handed out than may run, and keeps it until it
    /// has a job: so the slots that find none left can end at once.
    /// </summary>
    public bool TryTake() => most is null || Interlocked.Decrement(ref _left) >= 0;
}
