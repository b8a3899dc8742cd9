using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>
/// What every store has to do, one class for a theme, one fact for a rule; the facts name the rules of DESIGN part 3 by number.
/// A new store adds a class of one line for each.
/// </summary>
public abstract class StoreConformance(StoreUnderTest kind) : IAsyncLifetime
{
    private readonly SeededRandom _random = new(seed: 1);

    private protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private protected static readonly TimeSpan Lease = TagDefaults.Lease;

    private protected IStoreHarness Harness { get; } = kind.CreateHarness();

    private protected IJobStore Store => Harness.Store;

    private protected FakeTimeProvider Time => Harness.Time;

    public Task InitializeAsync() => Harness.OpenAsync();

    public async Task DisposeAsync() => await Harness.DisposeAsync();

    private protected TagRecord NewRecord(string name = "tag", string? requestId = null, string? passwordHash = null) =>
        Make.Record(name, _random.NextGuid(), Time.GetUtcNow(), requestId, passwordHash);

    /// <summary>A tag without jobs.</summary>
    private protected async Task<TestTag> EmptyTagAsync(string name = "tag") =>
        new(Harness, await Store.CreateTagAsync(NewRecord(name), CancellationToken.None));

    /// <summary>A tag with jobs.</summary>
    private protected async Task<TestTag> TagAsync(
        int jobs, int n = 1, RedistributionPolicy policy = RedistributionPolicy.WhenIdle, TimeSpan? lease = null, string name = "tag")
    {
        var tag = await EmptyTagAsync(name);
        await tag.SetUpAsync(Make.SetUp(jobs, n, policy, lease));
        return tag;
    }

    /// <summary>Lets time pass, and the store notice which leases have ended.</summary>
    private protected async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        await Store.ExpireAsync(CancellationToken.None);
    }

    /// <summary>What the store told so far: it may tell after it answered, but before it does anything else.</summary>
    private protected async Task<RecordingObserver> ToldAsync()
    {
        await Store.ExpireAsync(CancellationToken.None);
        return Harness.Observer;
    }

    /// <summary>One job, spent as often as N allows, without result.</summary>
    private protected async Task<TestTag> ExhaustedTagAsync(int n = 1)
    {
        var tag = await TagAsync(jobs: 1, n);
        for (var i = 0; i < n; i++)
        {
            await tag.TakeAsync("w");
            await tag.FailAsync("w", 0);
        }
        return tag;
    }
}
