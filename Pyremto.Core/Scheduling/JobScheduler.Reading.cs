using System.Runtime.CompilerServices;

namespace Pyremto;

/// <content>What readers ask.</content>
internal sealed partial class JobScheduler
{
    private const int ResultsInAPage = 500;

    public async ValueTask<bool> TagExistsAsync(string tag, CancellationToken cancellationToken) =>
        await _store.FindTagAsync(tag, cancellationToken).ConfigureAwait(false) is not null;

    public async ValueTask<TagProgress> GetProgressAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await ProgressAsync(await ReadableAsync(tag, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private ValueTask<TagProgress> ProgressAsync(TagRecord tag, CancellationToken cancellationToken) =>
        _store.GetProgressAsync(tag, _waiters.WaitingFor(tag.Name), cancellationToken);

    public async IAsyncEnumerable<TagProgress> WatchProgressAsync(
        TagAccess tag, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var record = await ReadableAsync(tag, cancellationToken).ConfigureAwait(false);
        var watch = _progress.Join(record);
        try
        {
            var step = await NowAsync(watch, cancellationToken).ConfigureAwait(false);
            while (step is var (progress, number))
            {
                yield return progress;
                step = await watch.AfterAsync(number, cancellationToken).ConfigureAwait(false);
                if (tag.ViewToken is not null && !await IsStillReadableAsync(record, tag, cancellationToken).ConfigureAwait(false))
                    yield break;
            }
        }
        finally
        {
            _progress.Leave(watch);
        }

        static async ValueTask<(TagProgress, long)?> NowAsync(ProgressWatch watch, CancellationToken cancellationToken)
        {
            try
            {
                return await watch.NowAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (TagUnknownException) // deleted since it was found
            {
                return null;
            }
        }
    }

    /// <summary>Whether the tag is still there.</summary>
    /// <exception cref="WrongPasswordException">The view token ended, or was rotated away (S15).</exception>
    private async ValueTask<bool> IsStillReadableAsync(TagRecord tag, TagAccess access, CancellationToken cancellationToken)
    {
        if (await _store.FindTagAsync(tag.Name, cancellationToken).ConfigureAwait(false) is not { } now || now.Instance != tag.Instance)
            return false;
        await _credentials.RequireReaderAsync(now, access, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async IAsyncEnumerable<JobResult> GetResultsAsync(
        TagAccess tag, ResultQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var record = await ReadableAsync(tag, cancellationToken).ConfigureAwait(false);
        var left = query.Limit ?? int.MaxValue;
        while (left > 0)
        {
            var page = await _store.ReadResultsAsync(
                record, query with { Limit = Math.Min(left, ResultsInAPage) }, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
                yield break;
            foreach (var result in page)
                yield return result;
            left -= page.Count;
            query = query with
            {
                After = query.Order == ResultOrder.ByJob ? page[^1].JobId : Math.Max(query.After, 0) + page.Count,
            };
        }
    }

    public async ValueTask<JobPage> GetJobsAsync(TagAccess tag, JobQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        RequestChecks.Jobs(query);
        var record = await ReadableAsync(tag, cancellationToken).ConfigureAwait(false);
        return await _store.ReadJobsAsync(record, query, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<PageLink?> FindPageAsync(TagAccess tag, CancellationToken cancellationToken)
    {
        var record = await ReadableAsync(tag, cancellationToken).ConfigureAwait(false);
        if (_pages?.AddressOf(record.Name) is not { } page)
            return null;
        var token = tag is { Password: null, ViewToken: { } own } ? own : ViewTokens.Issue(record, expires: null);
        return new PageLink(new UriBuilder(page) { Fragment = $"view={token}" }.Uri);
    }

    public async ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagAccess tag, string kind, CancellationToken cancellationToken) =>
        await _store.GetNotesAsync(
            await OwnedAsync(tag, cancellationToken).ConfigureAwait(false), kind, cancellationToken).ConfigureAwait(false);
}
