using Pyremto.Tests.Support;

namespace Pyremto.Tests.ModelBased;

internal sealed record RetryCommand(IReadOnlyList<int>? Ids, TimeSpan? SilentFor) : Command
{
    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag) => $"{await tag.RetryAsync(Ids, SilentFor)}";

    public override string Ask(Model model) => $"{model.Retry(Ids, SilentFor)}";

    public override string ToString() => $"retry {Show(Ids)}, silent for {SilentFor?.ToString() ?? "-"}";
}

internal sealed record CancelCommand(IReadOnlyList<int>? Ids) : Command
{
    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag) =>
        $"{await store.Store.CancelAsync(tag.Record, Ids, CancellationToken.None)}";

    public override string Ask(Model model) => $"{model.Cancel(Ids)}";

    public override string ToString() => $"cancel {Show(Ids)}";
}

internal sealed record PauseCommand(bool Paused) : Command
{
    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag)
    {
        await (Paused ? tag.PauseAsync() : tag.ResumeAsync());
        return "";
    }

    public override string Ask(Model model)
    {
        model.SetPaused(Paused);
        return "";
    }

    public override string ToString() => Paused ? "pause" : "resume";
}

internal sealed record UpdateCommand(int? N, TimeSpan? Lease, RedistributionPolicy? Policy) : Command
{
    private TagUpdate Update => new() { MaxRedistributionAttempts = N, Lease = Lease, Policy = Policy };

    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag)
    {
        await tag.UpdateAsync(Update);
        return "";
    }

    public override string Ask(Model model)
    {
        model.Update(Update);
        return "";
    }

    public override string ToString() => $"update N {N?.ToString() ?? "-"}, lease {Lease?.ToString() ?? "-"}, policy {Policy?.ToString() ?? "-"}";
}
