namespace Pyremto;

/// <summary>Repeats a call while the coordinator is away, with growing, jittered pauses, until the patience is at its end.</summary>
internal sealed class Patience(TimeSpan limit, TimeProvider time, IRandomSource random)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    public static bool IsTransient(Exception error) => error is CoordinatorUnreachableException or StoreUnavailableException;

    public Patience AtMost(TimeSpan most) =>
        Limit == Timeout.InfiniteTimeSpan || Limit > most ? new Patience(most, Time, Random) : this;

    /// <summary>Runs <paramref name="call"/>, which has to be safe to repeat.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        var attempts = Begin();
        while (true)
        {
            try
            {
                return await call(cancellationToken).ConfigureAwait(false);
            }
            catch (PyremtoException error) when (IsTransient(error) && attempts.MayGoOn)
            {
                await attempts.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Attempts Begin() => new(this);

    /// <summary>The attempts at one thing, which share one budget of time.</summary>
    internal sealed class Attempts(Patience patience)
    {
        private readonly long _start = patience.Time.GetTimestamp();
        private Backoff _pauses = new(FirstPause, LongestPause, patience.Random);

        public bool MayGoOn =>
            patience.Limit == Timeout.InfiniteTimeSpan || patience.Time.GetElapsedTime(_start) + _pauses.Coming <= patience.Limit;

        /// <summary>Waits between half and all of the pause, and makes the next one longer.</summary>
        public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(_pauses.Next(), patience.Time, cancellationToken);
    }

    private TimeSpan Limit { get; } = limit;

    private TimeProvider Time { get; } = time;

    private IRandomSource Random { get; } = random;
}
