using Pyremto.Tests.Support;

namespace Pyremto.Tests.ModelBased;

internal sealed record RetryCommand(IReadOnlyList<int>? Ids, TimeSpan? SilentFor, bool Cancelled) : Command
{
    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag) => Words.Changed(await tag.RetryAsync(Ids, SilentFor, Cancelled));

    public override string Ask(Model model) => Words.Changed(model.Retry(Ids, SilentFor, Cancelled));

    public override string ToString() => $"retry {Show(Ids)}, silent for {SilentFor?.ToString() ?? "-"}{(Cancelled ? ", cancelled ones too" : "")}";
}

internal sealed record CancelCommand(IReadOnlyList<int>? Ids) : Command
{
    public override async Task<string> AskAsync(IStoreHarness store, TestTag tag) =>
        Words.Changed(await store.Store.CancelAsync(tag.Record, Ids, CancellationToken.None));

    public override string Ask(Model model) => Words.Changed(model.Cancel(Ids));

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

internal sealed record UpdateCommand(int? N, TimeSpan? Lease, TimeSpan? RetryDelay, RedistributionPolicy? Policy) : Command
{
    private TagUpdate Update => new() { MaxRedistributionAttempts = N, Lease = Lease, RetryDelay = RetryDelay, Policy = Policy };

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

    public override string ToString() =>
        $"update N {N?.ToString() ?? "-"}, lease {Lease?.ToString() ?? "-"}, retry delay {RetryDelay?.ToString() ?? "-"}, policy {Policy?.ToString() ?? "-"}";
}
