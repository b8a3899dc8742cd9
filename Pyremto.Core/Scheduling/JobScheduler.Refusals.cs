namespace Pyremto;

/// <content>One refused report in a batch neither hinders the others nor withholds work (S5).</content>
internal sealed partial class JobScheduler
{
    /// <summary>What is left of a request without the reports that are refused at the door, and what these are answered.</summary>
    private sealed record Refusals(ExchangeRequest Accepted, ReportOutcome?[] OfDone)
    {
        /// <summary>Puts the refused reports' outcomes where the caller expects them.</summary>
        public ReportOutcome[] Merge(IReadOnlyList<ReportOutcome> outcomes)
        {
            var merged = new ReportOutcome[OfDone.Count(refused => refused is not null) + outcomes.Count];
            var next = 0;
            for (var i = 0; i < merged.Length; i++)
                merged[i] = i < OfDone.Length && OfDone[i] is { } refused ? refused : outcomes[next++];
            return merged;
        }
    }

    /// <summary>Null if every report may go on to the store as it is.</summary>
    private Refusals? ReportsToRefuse(ExchangeRequest request)
    {
        ReportOutcome?[]? ofDone = null;
        for (var i = 0; i < request.Done.Count; i++)
        {
            if (RequestChecks.Refusal(request.Done[i], _options) is { } refusal)
                (ofDone ??= new ReportOutcome?[request.Done.Count])[i] = refusal;
        }
        var isLong = false;
        for (var i = 0; i < request.Failed.Count; i++)
            isLong |= RequestChecks.Cut(request.Failed[i]) != request.Failed[i];
        if (ofDone is null && !isLong)
            return null;
        ofDone ??= new ReportOutcome?[request.Done.Count];
        return new Refusals(
            request with
            {
                Done = [.. request.Done.Where((_, i) => ofDone[i] is null)],
                Failed = [.. request.Failed.Select(RequestChecks.Cut)],
            },
            ofDone);
    }
}
