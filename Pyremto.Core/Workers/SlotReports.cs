namespace Pyremto;

/// <summary>The reports of a slot that were not taken yet; they travel with its next exchange.</summary>
internal sealed class SlotReports
{
    private readonly List<DoneReport> _done = [];
    private readonly List<FailedReport> _failed = [];
    private readonly List<ReleasedReport> _released = [];

    public int Count => _done.Count + _failed.Count + _released.Count;

    public static int CountOf(ExchangeRequest request) => request.Done.Count + request.Failed.Count + request.Released.Count;

    /// <summary>The tag of a report by its place among all of a request: done, failed, released.</summary>
    public static string TagOf(ExchangeRequest request, int place)
    {
        if (place < request.Done.Count)
            return request.Done[place].Tag!;
        place -= request.Done.Count;
        return (place < request.Failed.Count ? request.Failed[place].Tag : request.Released[place - request.Failed.Count].Tag)!;
    }

    public IEnumerable<string> Tags =>
        _done.Select(report => report.Tag!)
            .Concat(_failed.Select(report => report.Tag!))
            .Concat(_released.Select(report => report.Tag!))
            .Distinct(StringComparer.Ordinal);

    public void Done(HandOut job, JsonText result) =>
        _done.Add(new DoneReport(job.JobId, result, job.Attempt, job.Tag, job.Instance));

    public void Failed(HandOut job, string error, int? exitCode = null, bool final = false) =>
        _failed.Add(new FailedReport(job.JobId, error, exitCode, final, job.Attempt, job.Tag, job.Instance));

    public void Released(HandOut job) => _released.Add(new ReleasedReport(job.JobId, job.Attempt, job.Tag, job.Instance));

    /// <summary>
    /// A result that was refused becomes a failure, so that the attempt does not stay open. A final one: the next attempt would bring the
    /// same again, too large or malformed, after all its time; whoever has mended the program or the limit retries the job (S12).
    /// </summary>
    public void RefusedBecomesFailed(DoneReport report, string? reason) =>
        _failed.Add(new FailedReport(
            report.JobId, $"The result was refused: {reason}", null, Final: true, report.Attempt, report.Tag, report.Instance));

    /// <summary>Moves all into a request but those of the tags that are held back.</summary>
    public ExchangeRequest MoveInto(ExchangeRequest request, IReadOnlyDictionary<string, TimeSpan> heldBack)
    {
        if (Count == 0)
            return request;
        return request with
        {
            Done = Take(_done, static report => report.Tag!, heldBack),
            Failed = Take(_failed, static report => report.Tag!, heldBack),
            Released = Take(_released, static report => report.Tag!, heldBack),
        };
    }

    /// <summary>Takes back what a request that was not taken carried.</summary>
    public void TakeBack(ExchangeRequest request)
    {
        _done.AddRange(request.Done);
        _failed.AddRange(request.Failed);
        _released.AddRange(request.Released);
    }

    /// <summary>Takes back one of a request's reports, by its place among all.</summary>
    public void TakeBack(ExchangeRequest request, int place)
    {
        if (place < request.Done.Count)
            _done.Add(request.Done[place]);
        else if ((place -= request.Done.Count) < request.Failed.Count)
            _failed.Add(request.Failed[place]);
        else
            _released.Add(request.Released[place - request.Failed.Count]);
    }

    /// <summary>Turns every result into a failure: the scheduler did not take the request because of its size or content.</summary>
    public void AllResultsRefused(string reason)
    {
        foreach (var report in _done)
            RefusedBecomesFailed(report, reason);
        _done.Clear();
    }

    /// <summary>Whether all are of these tags.</summary>
    public bool AreOf(IReadOnlyList<TagAccess> tags) => Tags.All(tag => tags.Any(access => access.Tag == tag));

    /// <summary>Drops those of a tag; answers of which jobs.</summary>
    public IReadOnlyList<int> Drop(string tag)
    {
        int[] dropped =
        [
            .. _done.Where(report => report.Tag == tag).Select(report => report.JobId),
            .. _failed.Where(report => report.Tag == tag).Select(report => report.JobId),
            .. _released.Where(report => report.Tag == tag).Select(report => report.JobId),
        ];
        _done.RemoveAll(report => report.Tag == tag);
        _failed.RemoveAll(report => report.Tag == tag);
        _released.RemoveAll(report => report.Tag == tag);
        return dropped;
    }

    private static T[] Take<T>(List<T> reports, Func<T, string> tagOf, IReadOnlyDictionary<string, TimeSpan> heldBack)
    {
        if (reports.Count == 0)
            return [];
        T[] taken = [.. heldBack.Count == 0 ? reports : reports.Where(report => !heldBack.ContainsKey(tagOf(report)))];
        reports.RemoveAll(report => heldBack.Count == 0 || !heldBack.ContainsKey(tagOf(report)));
        return taken;
    }
}
