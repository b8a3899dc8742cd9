using System.Runtime.CompilerServices;

namespace Pyremto;

/// <content>What readers ask.</content>
internal sealed partial class JobScheduler
{
    private const int ResultsInAPage = 500;

    public async ValueTask<bool> TagExistsAsync(string tag, CancellationToken cancellationToken) =>
        await _store.FindTagAsync(tag, cancellationToken).ConfigureAwait(false) is not null;

    public async ValueTask<TagProgress> GetProgressAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await _store.GetProgressAsync(
            await ReadableAsync(tag, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<TagProgress> WatchProgressAsync(
        TagAccess tag, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var record = await ReadableAsync(tag, cancellationToken).ConfigureAwait(false);
        using var watch = _progress.Watch(record.Name);
        do
        {
            TagProgress progress;
            try
            {
                if (tag.ViewToken is not null)
                    record = await ReadableAsync(tag, cancellationToken).ConfigureAwait(false); // it may have ended meanwhile
                progress = await _store.GetProgressAsync(record, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is TagUnknownException or WrongPasswordException) // deleted, or its token ended, while it was watched
            {
                yield break;
            }
            yield return progress;
        }
        while (await watch.WaitAsync(cancellationToken).ConfigureAwait(false));
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

    public async ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagAccess tag, string kind, CancellationToken cancellationToken) =>
        await _store.GetNotesAsync(
            await OwnedAsync(tag, cancellationToken).ConfigureAwait(false), kind, cancellationToken).ConfigureAwait(false);
}
