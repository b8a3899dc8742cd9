using Polly;
using Polly.Retry;

namespace Pyremto;

/// <summary>
/// How long, and with which pauses, a call that broke is tried again. A call that goes well pays nothing for it. Thread-safe.
/// </summary>
internal sealed class Reconnection
{
    private static readonly ResiliencePropertyKey<Outage> OutageKey = new("Pyremto.Outage");

    private readonly TimeSpan _for;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retry;

    public Reconnection(TimeSpan reconnectFor, TimeProvider time, IRandomSource random)
    {
        (_for, _time) = (reconnectFor, time);
        _retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => new ValueTask<bool>(
                    arguments.Outcome.Exception is AttemptFailedException failure
                    && arguments.Context.Properties.GetValue(OutageKey, null!).MayGoOn(failure)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(50),
                MaxDelay = TimeSpan.FromSeconds(0.5),
                UseJitter = true,
                Randomizer = random.NextFraction,
            })
            .Build();
    }

    /// <summary>A call whose first attempt failed just now.</summary>
    /// <param name="first">How.</param>
    /// <param name="isRepeatable">Whether it may take effect twice.</param>
    public Outage Begin(AttemptFailedException first, bool isRepeatable) => new(first, isRepeatable, _for, _time);

    /// <summary>Tries again until it goes well, or is of no more use.</summary>
    /// <param name="outage">How it began.</param>
    /// <param name="attempt">One more attempt.</param>
    /// <param name="cancellationToken">Ends the pauses; who attempts ends the attempts.</param>
    /// <exception cref="AttemptFailedException">The last attempt's failure.</exception>
    public async ValueTask<T> RunAsync<T>(Outage outage, Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            context.Properties.Set(OutageKey, outage);
            return await _retry.ExecuteAsync(
                static async (_, state) =>
                {
                    state.outage.ThrowFirst();
                    state.outage.Attempts();
                    return await state.attempt().ConfigureAwait(false);
                },
                context,
                (outage, attempt)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}

/// <summary>
/// The time without an answer, from the first failure of a call on. An attempt that was connected for longer than that before it broke,
/// such as one that waited for work, ends it: what follows is another one. Not thread-safe.
/// </summary>
internal sealed class Outage(AttemptFailedException first, bool isRepeatable, TimeSpan longest, TimeProvider time)
{
    private AttemptFailedException? _first = first;
    private long _since = time.GetTimestamp();
    private long _attempt = time.GetTimestamp();

    /// <summary>It broke once more before anything came.</summary>
    public void Broke(AttemptFailedException failure) => _first = failure;

    public void ThrowFirst()
    {
        if (Interlocked.Exchange(ref _first, null) is { } failure)
            throw failure;
    }

    public void Attempts() => _attempt = time.GetTimestamp();

    public bool MayGoOn(AttemptFailedException failure)
    {
        if (failure.Kind == AttemptFailure.Hopeless || (failure.Kind == AttemptFailure.Lost && !isRepeatable))
            return false;
        if (failure.Kind == AttemptFailure.Lost && longest > TimeSpan.Zero && time.GetElapsedTime(_attempt) >= longest)
            _since = time.GetTimestamp();
        return time.GetElapsedTime(_since) < longest;
    }
}
