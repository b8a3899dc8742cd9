using System.Runtime.CompilerServices;

namespace Pyremto;

/// <content>What owners ask: S1, S12, S15, S19.</content>
internal sealed partial class JobScheduler
{
    private const int MadeUpNameLength = 12;
    private const int ViewKeyLength = 32;

    /// <summary>All notes of a tag may be that many times the limit of one.</summary>
    private const int NotesLimitFactor = 16;

    public async ValueTask<CreatedTag> CreateTagAsync(CreateTag request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestChecks.Creation(request);
        var name = request.Tag ?? MakeUpName(request.RequestId);
        var tag = new TagRecord
        {
            Name = name,
            Instance = _random.NextGuid(),
            PasswordHash = await HashAsync(request, cancellationToken).ConfigureAwait(false),
            ViewKey = NewViewKey(),
            CreatedAt = UnixTime.FromMicros(_time.GetUtcNow().ToMicros()),
            CreationRequestId = request.RequestId,
        };
        var kept = await _store.CreateTagAsync(tag, cancellationToken).ConfigureAwait(false);
        if (kept.Instance == tag.Instance && request.Password is { } password)
            _credentials.Remember(kept, password);
        // A repeated creation is answered with the tag that there is, to its creator alone (S1, S15).
        await _credentials.RequireOwnerAsync(kept, new TagAccess(name, request.Password), cancellationToken).ConfigureAwait(false);
        return new CreatedTag(kept.Name, kept.Instance, ViewTokens.Issue(kept, expires: null));
    }

    private async ValueTask<string?> HashAsync(CreateTag request, CancellationToken cancellationToken) => request switch
    {
        { Password: null } => null,
        { PasswordIsRandom: true } => PasswordHash.CreateOfRandom(request.Password, _random),
        _ => await Task.Run(() => PasswordHash.Create(request.Password, _random), cancellationToken).ConfigureAwait(false),
    };

    public async ValueTask<int> SetUpJobsAsync(TagAccess tag, JobSetup setup, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var record = await OwnedAsync(tag, cancellationToken).ConfigureAwait(false);
        RequestChecks.SetUp(setup, _options);
        return await _store.SetUpJobsAsync(record, setup, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ChangedJobs> RetryAsync(
        TagAccess tag, IReadOnlyList<int>? jobIds, TimeSpan? silentFor, bool cancelled, CancellationToken cancellationToken)
    {
        if (silentFor < TimeSpan.Zero)
            throw new InvalidRequestException("silent_for_seconds is negative.");
        var record = await OwnedAsync(tag, cancellationToken).ConfigureAwait(false);
        return await _store.RetryAsync(record, jobIds, silentFor, cancelled, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ChangedJobs> CancelAsync(TagAccess tag, IReadOnlyList<int>? jobIds, CancellationToken cancellationToken) =>
        await _store.CancelAsync(
            await OwnedAsync(tag, cancellationToken).ConfigureAwait(false), jobIds, cancellationToken).ConfigureAwait(false);

    public async ValueTask PauseAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await _store.SetPausedAsync(
            await OwnedAsync(tag, cancellationToken).ConfigureAwait(false), paused: true, cancellationToken).ConfigureAwait(false);

    public async ValueTask ResumeAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await _store.SetPausedAsync(
            await OwnedAsync(tag, cancellationToken).ConfigureAwait(false), paused: false, cancellationToken).ConfigureAwait(false);

    public async ValueTask UpdateTagAsync(TagAccess tag, TagUpdate update, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        var record = await OwnedAsync(tag, cancellationToken).ConfigureAwait(false);
        RequestChecks.Update(update);
        await _store.UpdateTagAsync(record, update, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteTagAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await _store.DeleteTagAsync(
            await OwnedAsync(tag, cancellationToken).ConfigureAwait(false), ifUnusedFor: null, cancellationToken).ConfigureAwait(false);

    public async ValueTask<string> IssueViewTokenAsync(TagAccess tag, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        RequestChecks.ViewTokenLifetime(lifetime);
        cancellationToken.ThrowIfCancellationRequested();
        var record = await OwnedAsync(tag, cancellationToken).ConfigureAwait(false);
        return ViewTokens.Issue(record, lifetime is { } span ? _time.GetUtcNow() + span : null);
    }

    public async ValueTask<string> RotateViewTokensAsync(TagAccess tag, CancellationToken cancellationToken)
    {
        var record = await OwnedAsync(tag, cancellationToken).ConfigureAwait(false);
        record = await _store.SetViewKeyAsync(record, NewViewKey(), cancellationToken).ConfigureAwait(false);
        _progress.Changed(record.Name); // who watches with an old token is looked at again
        return ViewTokens.Issue(record, expires: null);
    }

    public async ValueTask AddNoteAsync(TagAccess tag, TagNote note, bool replace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(note);
        var record = await OwnedAsync(tag, cancellationToken).ConfigureAwait(false);
        RequestChecks.Note(note, _options);
        await _store.AddNoteAsync(
            record, note, replace, (long)_options.MaxResultBytes * NotesLimitFactor, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<TagSummary> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var tag in await FindAllAsync(cancellationToken).ConfigureAwait(false))
        {
            TagSummary summary;
            try
            {
                summary = await _store.GetSummaryAsync(tag, cancellationToken).ConfigureAwait(false);
            }
            catch (TagUnknownException) // deleted while the list was read
            {
                continue;
            }
            yield return summary;
        }
    }

    private async ValueTask<List<TagRecord>> FindAllAsync(CancellationToken cancellationToken)
    {
        const int PageSize = 1000;
        var all = new List<TagRecord>();
        while (true)
        {
            var page = await _store.FindTagsAsync(
                prefix: "", all.Count == 0 ? null : all[^1].Name, PageSize, cancellationToken).ConfigureAwait(false);
            all.AddRange(page);
            if (page.Count < PageSize)
                return all;
        }
    }

    /// <summary>A random name; one that follows from the request id where there is one, so that a repetition makes up the same
    /// (S1).</summary>
    private string MakeUpName(string? requestId)
    {
        IRandomSource source = requestId is null ? _random : new HashedRandomSource(requestId);
        return source.NextWord(MadeUpNameLength);
    }

    private byte[] NewViewKey()
    {
        var key = new byte[ViewKeyLength];
        _random.Fill(key);
        return key;
    }
}
