using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// The scheduler in the coordinator's own process: checks who asks and how much, lets the store decide and keep, and lets callers wait.
/// Thread-safe. <see cref="StartAsync"/> comes before everything else.
/// </summary>
internal sealed partial class JobScheduler : IJobScheduler, IPageFinder, IJobStoreObserver, IAsyncDisposable
{
    private readonly IJobStore _store;
    private readonly PyremtoOptions _options;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly CredentialCheck _credentials;
    private readonly TagWaiters _waiters;
    private readonly ProgressWatchers _progress;
    private readonly NotNeededWatchers _notNeeded;
    private readonly LeaseTimer _leases;
    private readonly ILogger _logger;
    private readonly SchedulerInstruments? _instruments;
    private readonly PageHosts? _pages;
    private readonly CancellationTokenSource _stopping = new();
    private int _isDisposed;

    public JobScheduler(
        IJobStore store,
        PyremtoOptions options,
        TimeProvider time,
        IRandomSource random,
        ILogger<JobScheduler> logger,
        SchedulerInstruments? instruments = null,
        PageHosts? pages = null,
        TagWaiters? waiters = null)
    {
        _store = store;
        _options = options;
        _time = time;
        _random = random;
        _credentials = new CredentialCheck(random, time);
        _notNeeded = new NotNeededWatchers(_credentials);
        _progress = new ProgressWatchers(ProgressAsync, time);
        _leases = new LeaseTimer(store, time);
        _logger = logger;
        _instruments = instruments;
        _pages = pages;
        _waiters = waiters ?? new TagWaiters();
    }

    /// <summary>Opens the store.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be opened.</exception>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        _store.Observer = this;
        _store.MostTags = _options.MaxTags;
        await _store.OpenAsync(cancellationToken).ConfigureAwait(false);
        _leases.Arm();
    }

    /// <summary>Answers who waits, and closes the store once it has kept everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        _leases.Dispose();
        _progress.EndAll();
        _notNeeded.EndAll();
        await _store.DisposeAsync().ConfigureAwait(false);
        _credentials.Dispose();
        _stopping.Dispose();
    }

    void IJobStoreObserver.TagChanged(in TagChange change)
    {
        if (change.Kinds.HasFlag(TagChangeKinds.Progress) || change.Kinds.HasFlag(TagChangeKinds.Deleted))
            _progress.Changed(change.Tag.Name);
        if (change.Kinds.HasFlag(TagChangeKinds.Deleted))
            _credentials.Forget(change.Tag);
        if ((change.Kinds & (TagChangeKinds.Answer | TagChangeKinds.Created | TagChangeKinds.Deleted)) != TagChangeKinds.None)
            _waiters.Wake(change.Tag.Name, int.MaxValue);
        else if (change.Opened > 0)
            _waiters.Wake(change.Tag.Name, change.Opened);
    }

    void IJobStoreObserver.JobNotNeeded(TagRecord tag, JobNotNeeded job) => _notNeeded.Tell(tag, job);

    void IJobStoreObserver.DeadlineMoved() => _leases.Arm();

    /// <summary>The tag of that name, for its owner.</summary>
    private async ValueTask<TagRecord> OwnedAsync(TagAccess access, CancellationToken cancellationToken)
    {
        RequestChecks.Access(access);
        var tag = await _store.FindTagAsync(access.Tag, cancellationToken).ConfigureAwait(false) ?? throw Unknown(access.Tag);
        if (tag.PasswordHash is not null)
            await _credentials.RequireOwnerAsync(tag, access, cancellationToken).ConfigureAwait(false);
        return tag;
    }

    /// <summary>The tag of that name, for a reader.</summary>
    private async ValueTask<TagRecord> ReadableAsync(TagAccess access, CancellationToken cancellationToken)
    {
        RequestChecks.Access(access);
        var tag = await _store.FindTagAsync(access.Tag, cancellationToken).ConfigureAwait(false) ?? throw Unknown(access.Tag);
        await _credentials.RequireReaderAsync(tag, access, cancellationToken).ConfigureAwait(false);
        return tag;
    }

    private static TagUnknownException Unknown(string name) => new($"There is no tag '{name}'.");
}
