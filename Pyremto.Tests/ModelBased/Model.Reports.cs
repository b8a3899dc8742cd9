namespace Pyremto.Tests.ModelBased;

/// <content>What is reported, S4, S5 and S9.</content>
internal sealed partial class Model
{
    private string Take(Report report, string? worker, string? requestId)
    {
        var job = _jobs.Find(job => job.Id == report.JobId);
        if (report.Kind == ReportKind.Done)
            return job is null || job.HandOuts.Count == 0 ? Words.Verdict(ReportVerdict.Refused) : TakeDone(job, report, worker);
        var own = job?.HandOuts.FindLast(own =>
            own.IsLive && own.Worker == worker && Is(own, report.Attempt) && (requestId is null || own.RequestId != requestId));
        if (job is null || own is null)
            return Words.Verdict(job is not null && IsRepeated(job, report, worker, requestId) ? ReportVerdict.Accepted : ReportVerdict.NotHeld);
        own.Reported = report.Kind;
        if (report.Kind == ReportKind.Released)
            (own.State, own.Cost) = (HandOutState.Released, 0);
        else
            Fail(job, own, report);
        return Words.Verdict(ReportVerdict.Accepted);
    }

    /// <summary>S8: a worker's newest hand-out, or the one it names, was ended by the same word of it. A result of it is newer than
    /// that.</summary>
    private static bool IsRepeated(ModelJob job, Report report, string? worker, string? requestId) =>
        worker is not null
        && (report.Attempt is not null || job.Result?.Worker != worker)
        && job.HandOuts.FindLast(own => own.Worker == worker && Is(own, report.Attempt) && (requestId is null || own.RequestId != requestId))
            ?.Reported == report.Kind;

    private void Fail(ModelJob job, ModelHandOut own, Report report)
    {
        if (report.IsFinal)
        {
            var cost = Math.Max(_n, job.Spent);
            job.HandOuts.ForEach(other => other.Cost = 0);
            own.Cost = cost;
        }
        own.State = HandOutState.Failed;
        own.Error = report.Text;
        if (job.Spent < _n)
            Delay(job);
    }

    /// <summary>S9: it doubles up to 64 times, is a day at most, and up to a quarter longer by chance.</summary>
    private void Delay(ModelJob job)
    {
        var nominal = _retryDelay * Math.Pow(2, Math.Clamp(job.Spent - 1, 0, 6));
        nominal = nominal < TimeSpan.FromDays(1) ? nominal : TimeSpan.FromDays(1);
        var chance = Math.Floor(nominal.TotalMicroseconds * 0.25 * Jitter(job.Id, job.HandOuts.Count));
        job.DelayedUntil = Later(job.DelayedUntil, Now + nominal + TimeSpan.FromMicroseconds(chance));
    }

    private string TakeDone(ModelJob job, Report report, string? worker)
    {
        if (report.Attempt is { } attempt && !job.HandOuts.Exists(handOut => handOut.Attempt == attempt))
            return Words.Verdict(ReportVerdict.Refused);
        if (job.Result is { } first)
            return TakeDuplicate(first, report, worker);
        var from = job.HandOuts[WhereFrom(job, report.Attempt, worker) - 1];
        foreach (var other in job.HandOuts.Where(other => other.IsLive && other != from))
        {
            other.State = HandOutState.Superseded;
            TellNotNeeded(other);
        }
        if (from.IsLive && from.Worker != worker)
            TellNotNeeded(from);
        from.State = HandOutState.Done;
        job.Result = new ModelResult(job.Id, from.Attempt, worker, report.Text);
        _results.Add(job.Result);
        return Words.Verdict(ReportVerdict.Accepted);
    }

    private string TakeDuplicate(ModelResult first, Report report, string? worker)
    {
        var differs = first.Text != report.Text;
        if (!differs && worker is not null && worker == first.Worker)
            return Words.Verdict(ReportVerdict.Accepted);
        _duplicates++;
        _differing += differs ? 1 : 0;
        return Words.Verdict(ReportVerdict.AlreadyDone, differs);
    }

    /// <summary>
    /// The attempt that brings a result: the one that it names, else the sender's newest that is still expected, else its newest, else
    /// the newest of all.
    /// </summary>
    private static int WhereFrom(ModelJob job, int? attempt, string? worker) =>
        attempt
        ?? job.HandOuts.FindLast(own => own.Worker == worker && (worker is null ? own.IsLive : own.IsExpected))?.Attempt
        ?? job.HandOuts.FindLast(own => own.Worker == worker)?.Attempt
        ?? job.HandOuts.Count;

    private void TellNotNeeded(ModelHandOut handOut)
    {
        if (handOut.Worker is not null)
            _notNeeded.Add($"{handOut.JobId}#{handOut.Attempt} of {handOut.Worker}");
    }
}
