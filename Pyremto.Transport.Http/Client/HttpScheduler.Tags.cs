using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Pyremto;

/// <content>What readers and owners ask. What could not be repeated without a second effect is not.</content>
internal sealed partial class HttpScheduler
{
    public async ValueTask<bool> TagExistsAsync(string tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        try
        {
            return await RunAsync(
                new HttpCall<bool>(HttpMethod.Get, _address.OfTag(tag, "/exists"), static _ => true), cancellationToken).ConfigureAwait(false);
        }
        catch (TagUnknownException)
        {
            return false;
        }
    }

    public ValueTask<TagProgress> GetProgressAsync(TagAccess tag, CancellationToken cancellationToken) =>
        GetAsync(Of(tag), tag, AnswerJson.Read<TagProgress>, cancellationToken);

    public async IAsyncEnumerable<TagProgress> WatchProgressAsync(TagAccess tag, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var address = Of(tag, "/events");
        var stream = StreamAsync(
            () => _client.Request(HttpMethod.Get, address, Credential(tag)),
            static line => ParseEvent<TagProgress>(line),
            new StreamHabits { Silence = 3 * HttpNames.KeepAlive },
            cancellationToken);
        var items = stream.GetAsyncEnumerator(cancellationToken);
        await using var disposal = items.ConfigureAwait(false);
        DateTimeOffset? created = null;
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync().ConfigureAwait(false))
                    yield break;
            }
            catch (TagUnknownException) when (created is not null)
            {
                yield break; // it was deleted
            }
            created ??= items.Current.CreatedAt;
            if (created != items.Current.CreatedAt)
                yield break; // this is another one of its name (S19)
            yield return items.Current;
        }
    }

    public IAsyncEnumerable<JobResult> GetResultsAsync(TagAccess tag, ResultQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Taken(cancellationToken);

        async IAsyncEnumerable<JobResult> Taken([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var left = query;
            var results = StreamAsync(
                () => _client.Request(HttpMethod.Get, Of(tag, Query(left)), Credential(tag)),
                static line => Parse<JobResult>(line),
                new StreamHabits { Ends = true, Silence = _options.AnswerWithin },
                cancellationToken);
            await foreach (var result in results.ConfigureAwait(false))
            {
                left = left with
                {
                    After = left.Order == ResultOrder.ByJob ? result.JobId : Math.Max(left.After, 0) + 1,
                    Limit = left.Limit - 1,
                };
                yield return result;
            }
        }

        static string Query(ResultQuery left) => string.Create(
            CultureInfo.InvariantCulture,
            $"/results?format=jsonl&order={(left.Order == ResultOrder.ByJob ? "by_job" : "by_completion")}&after={left.After}&limit={left.Limit}");
    }

    public ValueTask<JobPage> GetJobsAsync(TagAccess tag, JobQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var state = query.State is { } one ? JsonNamingPolicy.SnakeCaseLower.ConvertName(one.ToString()) : "";
        var rest = string.Create(CultureInfo.InvariantCulture, $"/jobs?state={state}&after={query.After}&limit={query.Limit}");
        return GetAsync(Of(tag, rest), tag, AnswerJson.Read<JobPage>, cancellationToken);
    }

    public ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagAccess tag, string kind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return GetAsync(_address.OfNotes(tag.Tag, kind), tag, AnswerJson.Read<IReadOnlyList<TagNote>>, cancellationToken);
    }

    public async ValueTask<PageLink?> FindPageAsync(TagAccess tag, CancellationToken cancellationToken)
    {
        var page = await GetAsync(Of(tag, "/page"), tag, AnswerJson.Read<PageAnswer>, cancellationToken).ConfigureAwait(false);
        return Uri.TryCreate(page.Url, UriKind.Absolute, out var url) ? new PageLink(url) : null;
    }

    public async ValueTask<CreatedTag> CreateTagAsync(CreateTag request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var created = await SendAsync(
            HttpMethod.Post, _address.Tags, tag: null, request with { RequestId = request.RequestId ?? NewRequestId() }, StrictJson.Contracts.CreateTag,
            AnswerJson.Read<CreatedTagAnswer>, cancellationToken).ConfigureAwait(false);
        return new CreatedTag(created.Tag, created.Instance, created.ViewToken);
    }

    public ValueTask<int> SetUpJobsAsync(TagAccess tag, JobSetup setup, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return SendAsync(
            HttpMethod.Post, Of(tag, "/jobs"), tag, setup with { RequestId = setup.RequestId ?? NewRequestId() }, StrictJson.Contracts.JobSetup, Count, cancellationToken);
    }

    public ValueTask<ChangedJobs> RetryAsync(
        TagAccess tag, IReadOnlyList<int>? jobIds, TimeSpan? silentFor, bool cancelled, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post, Of(tag, "/retry"), tag, new RetryBody(jobIds, silentFor?.TotalSeconds, cancelled), HttpJson.Default.RetryBody,
            AnswerJson.Read<ChangedJobs>, cancellationToken, isRepeatable: false);

    public ValueTask<ChangedJobs> CancelAsync(TagAccess tag, IReadOnlyList<int>? jobIds, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post, Of(tag, "/cancel"), tag, new CancelBody(jobIds), HttpJson.Default.CancelBody,
            AnswerJson.Read<ChangedJobs>, cancellationToken, isRepeatable: false);

    public async ValueTask PauseAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Post, Of(tag, "/pause"), tag, new EmptyBody(), HttpJson.Default.EmptyBody, Nothing, cancellationToken).ConfigureAwait(false);

    public async ValueTask ResumeAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Post, Of(tag, "/resume"), tag, new EmptyBody(), HttpJson.Default.EmptyBody, Nothing, cancellationToken).ConfigureAwait(false);

    public async ValueTask UpdateTagAsync(TagAccess tag, TagUpdate update, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        await SendAsync(HttpMethod.Patch, Of(tag), tag, update, StrictJson.Contracts.TagUpdate, Nothing, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteTagAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await RunAsync(
            new HttpCall<bool>(HttpMethod.Delete, Of(tag), Nothing) { Authorization = Credential(tag), IsRepeatable = false },
            cancellationToken).ConfigureAwait(false);

    public async ValueTask<string> IssueViewTokenAsync(TagAccess tag, TimeSpan? lifetime, CancellationToken cancellationToken) =>
        (await SendAsync(
            HttpMethod.Post, Of(tag, "/view-tokens"), tag, new ViewTokenBody(lifetime?.TotalSeconds), HttpJson.Default.ViewTokenBody,
            AnswerJson.Read<ViewTokenAnswer>, cancellationToken).ConfigureAwait(false)).ViewToken;

    public async ValueTask<string> RotateViewTokensAsync(TagAccess tag, CancellationToken cancellationToken) =>
        (await SendAsync(
            HttpMethod.Post, Of(tag, "/rotate"), tag, new EmptyBody(), HttpJson.Default.EmptyBody, AnswerJson.Read<ViewTokenAnswer>,
            cancellationToken).ConfigureAwait(false)).ViewToken;

    public async ValueTask AddNoteAsync(TagAccess tag, TagNote note, bool replace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        ArgumentNullException.ThrowIfNull(note);
        var address = new Uri($"{_address.OfNotes(tag.Tag, note.Kind).AbsoluteUri}{(replace ? "?replace=true" : "")}");
        await SendAsync(HttpMethod.Post, address, tag, note.Body, StrictJson.Contracts.JsonText, Nothing, cancellationToken, isRepeatable: replace).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<TagSummary> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var tags = GetAsync(_address.Tags, tag: null, AnswerJson.Read<IReadOnlyList<TagSummary>>, cancellationToken);
        foreach (var tag in await tags.ConfigureAwait(false))
            yield return tag;
    }

    private Uri Of(TagAccess tag, string rest = "")
    {
        ArgumentNullException.ThrowIfNull(tag);
        return _address.OfTag(tag.Tag, rest);
    }

    private static int Count(ReadOnlySpan<byte> answer) => AnswerJson.Read<JobsAnswer>(answer).Jobs;

    private static bool Nothing(ReadOnlySpan<byte> answer) => true;
}
