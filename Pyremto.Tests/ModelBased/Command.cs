using Pyremto.Tests.Support;

namespace Pyremto.Tests.ModelBased;

/// <summary>One call of a generated sequence. Store and model are asked the same and have to answer in the same words.</summary>
internal abstract record Command
{
    public abstract Task<string> AskAsync(IStoreHarness store, TestTag tag);

    public abstract string Ask(Model model);

    protected static string Show<T>(IEnumerable<T>? items) => items is null ? "all" : Words.List(items);
}

internal sealed record ExchangeCommand(string? Worker, string? RequestId, int Count, IReadOnlyList<Report> Reports) : Command
{
    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag)
    {
        var answer = await tag.ExchangeAsync(new ExchangeRequest
        {
            Worker = Worker,
            InProcess = Workers.IsInProcess(Worker),
            RequestId = RequestId,
            Count = Count,
            Done = [.. Of(ReportKind.Done).Select(r => new DoneReport(r.JobId, JsonText.Parse(r.Text), r.Attempt))],
            Failed = [.. Of(ReportKind.Failed).Select(r => new FailedReport(r.JobId, r.Text, Final: r.IsFinal, Attempt: r.Attempt))],
            Released = [.. Of(ReportKind.Released).Select(r => new ReleasedReport(r.JobId, r.Attempt))],
        });
        return Words.Answer(
            answer.State,
            answer.Jobs.Select(job => (job.JobId, job.Attempt)),
            answer.Outcomes.Select(outcome => $"{outcome.JobId}: {Words.Verdict(outcome.Outcome, outcome.Differs)}"));
    }

    public override string Ask(Model model) => model.Exchange(Worker, RequestId, Count, Reports);

    public override string ToString() => $"exchange of {Worker ?? "?"}, request {RequestId ?? "-"}, wants {Count}, reports {Show(Reports)}";

    private IEnumerable<Report> Of(ReportKind kind) => Reports.Where(report => report.Kind == kind);
}

internal sealed record BeatCommand(string Worker, IReadOnlyList<Held>? Jobs) : Command
{
    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag)
    {
        var notNeeded = await tag.BeatAsync(Worker, Jobs is null ? null : [.. Jobs.Select(job => new HeldJob(job.JobId, Attempt: job.Attempt))]);
        return Words.List(notNeeded.Select(job => job.JobId));
    }

    public override string Ask(Model model) => model.Beat(Worker, Jobs);

    public override string ToString() => $"heartbeat of {Worker} with {Show(Jobs)}";
}

internal sealed record SessionLostCommand(string Worker) : Command
{
    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag)
    {
        await store.Store.SessionLostAsync([Worker], CancellationToken.None);
        return "";
    }

    public override string Ask(Model model)
    {
        model.Lose(Worker);
        return "";
    }

    public override string ToString() => $"session of {Worker} is lost";
}

/// <summary>Time passes before the next call; every sequence of calls is a little later than the one before.</summary>
internal sealed record PassCommand(TimeSpan Time) : Command
{
    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag)
    {
        store.Time.Advance(Time);
        await store.Store.ExpireAsync(CancellationToken.None);
        return "";
    }

    public override string Ask(Model model)
    {
        model.Now += Time;
        model.Expire();
        return "";
    }

    public override string ToString() => $"{Time.TotalSeconds} s pass";
}

internal sealed record ReopenCommand : Command
{
    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag)
    {
        await store.ReopenAsync();
        return "";
    }

    public override string Ask(Model model)
    {
        model.Reopen();
        return "";
    }

    public override string ToString() => "reopen";
}
