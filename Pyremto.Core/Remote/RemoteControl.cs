using System.Collections.Concurrent;

namespace Pyremto;

/// <summary>
/// One tag, worked with by hand: set up jobs, get the next, report it done, look at progress and results. It sees a scheduler through
/// <see cref="IJobScheduler"/> alone, so the same code runs in the coordinator's process and on other machines.
/// </summary>
/// <remarks>
/// Each instance is a worker of its own, with its own id. While it has jobs that it was given and has not reported, it sends heartbeats
/// (S10); when it is disposed it releases them (S9). It does not own the scheduler. All members are thread-safe.
/// <para>All calls throw <see cref="TagUnknownException"/> once the tag was deleted. Those that set up, ask, report, read progress or wait
/// go on trying while the coordinator or its store is away, for <see cref="RemoteControlOptions.Patience"/>, and throw
/// <see cref="CoordinatorUnreachableException"/> or <see cref="StoreUnavailableException"/> after it.</para>
/// </remarks>
public sealed partial class RemoteControl : IAsyncDisposable
{
    private static readonly TimeSpan OpeningPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClosingPatience = TimeSpan.FromSeconds(5);

    private readonly IJobScheduler _scheduler;
    private readonly TagAccess _access;
    private readonly IReadOnlyList<TagAccess> _tags;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly Patience _patience;
    private readonly PayloadJson _json = new();
    private readonly HeldJobs _held;
    private readonly ConcurrentQueue<string> _unanswered = [];
    private readonly CancellationTokenSource _closing = new();
    private int _closed;

    private RemoteControl(IJobScheduler scheduler, TagAccess access, RemoteControlOptions options, IRandomSource random, Patience patience)
    {
        _scheduler = scheduler;
        _access = access;
        _tags = [access];
        _time = options.TimeProvider;
        _random = random;
        _patience = patience;
        WorkerId = Pyremto.WorkerId.Create("remote", random);
        _held = new HeldJobs(scheduler, access, WorkerId, _time);
    }

    /// <summary>The tag.</summary>
    public string Tag => _access.Tag;

    /// <summary>The id under which this instance asks for jobs, new for each.</summary>
    public string WorkerId { get; }

    /// <summary>
    /// The address of the tag's progress page, with a view token in the fragment; null where there is no page: without
    /// <see cref="RemoteControlOptions.PublicUrl"/>, in a process without HTTP, or over a named pipe.
    /// </summary>
    public Uri? ProgressUrl { get; private init; }

    /// <summary>Opens a tag: checks the password or view token; where it does not exist, creates it unless the options forbid
    /// that.</summary>
    /// <param name="scheduler">The scheduler, here or elsewhere; it has to outlive the instance.</param>
    /// <param name="options">Which tag, and how; null for a new tag with a made-up name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TagUnknownException">The tag does not exist, and <see cref="RemoteControlOptions.MustExist"/> or a view token is
    /// given.</exception>
    /// <exception cref="WrongPasswordException">The tag exists and has another password, or the view token is not valid.</exception>
    /// <exception cref="InvalidRequestException">The tag's name is not allowed (S16), or an option is out of its range.</exception>
    /// <exception cref="CoordinatorUnreachableException">No coordinator answered for 10 seconds.</exception>
    /// <exception cref="IOException">The image of the code could not be written; the tag is there nevertheless.</exception>
    public static async Task<RemoteControl> OpenAsync(
        IJobScheduler scheduler, RemoteControlOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        options ??= new RemoteControlOptions();
        RemoteControlOpening.Validate(options);
        var random = options.RandomSource ?? new CryptographicRandomSource();
        var patience = new Patience(options.Patience, options.TimeProvider, random);
        var opening = new RemoteControlOpening(scheduler, options, random, patience.AtMost(OpeningPatience));

        var access = await opening.OpenTagAsync(cancellationToken).ConfigureAwait(false);
        var page = await opening.FindPageAsync(access, cancellationToken).ConfigureAwait(false);
        await opening.ShowCodeAsync(access, page, cancellationToken).ConfigureAwait(false);
        return new RemoteControl(scheduler, access, options, random, patience) { ProgressUrl = page?.Url };
    }

    /// <summary>
    /// Ends the calls that wait, releases the jobs that were given and not reported, and stops the heartbeats. Where the coordinator
    /// does not answer for 5 seconds they are left to their lease.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await ReleaseAsync(_held.TakeAll()).ConfigureAwait(false);
        await _held.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReleaseAsync(IReadOnlyList<HeldJob> jobs)
    {
        if (jobs.Count == 0)
            return;
        try
        {
            using var patience = new CancellationTokenSource(ClosingPatience, _time);
            var released = jobs.Select(job => new ReleasedReport(job.JobId, job.Attempt, job.Tag, job.Instance)).ToArray();
            var request = NewExchange() with { Count = 0, Released = released };
            await _scheduler.ExchangeAsync(request, patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is PyremtoException or OperationCanceledException or ObjectDisposedException)
        {
            // They become lost when their lease ends (S10), or with the scheduler that was closed before this instance.
        }
    }

    /// <summary>A new request; only its repetitions have the same id (S8).</summary>
    private ExchangeRequest NewExchange()
    {
        ThrowIfReadOnly();
        return new() { Tags = _tags, Worker = WorkerId, InProcess = true, RequestId = NewRequestId() };
    }

    private string NewRequestId() => _random.NextWord(20);

    private Task<T> TryAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return _patience.RunAsync(call, cancellationToken);
    }

    private void ThrowIfReadOnly()
    {
        if (_access.ViewToken is not null)
            throw new WrongPasswordException($"The tag '{Tag}' was opened with a view token, which reads progress and results only: open it with the password.");
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
}
