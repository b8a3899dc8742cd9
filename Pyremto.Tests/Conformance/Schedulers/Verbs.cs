using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

/// <summary>Every call that names a tag, by name, so that a theory can make them all.</summary>
internal static class Verbs
{
    public static IReadOnlyDictionary<string, Func<IJobScheduler, TagAccess, CancellationToken, Task>> Reading { get; } =
        new Dictionary<string, Func<IJobScheduler, TagAccess, CancellationToken, Task>>(StringComparer.Ordinal)
        {
            ["progress"] = async (scheduler, tag, token) => await scheduler.GetProgressAsync(tag, token),
            ["watch"] = async (scheduler, tag, token) => await FirstAsync(scheduler.WatchProgressAsync(tag, token), token),
            ["results"] = async (scheduler, tag, token) => await FirstAsync(scheduler.GetResultsAsync(tag, new ResultQuery(), token), token),
        };

    public static IReadOnlyDictionary<string, Func<IJobScheduler, TagAccess, CancellationToken, Task>> Writing { get; } =
        new Dictionary<string, Func<IJobScheduler, TagAccess, CancellationToken, Task>>(StringComparer.Ordinal)
        {
            ["exchange"] = async (scheduler, tag, token) => await scheduler.ExchangeAsync(new ExchangeRequest { Tags = [tag], Worker = "w" }, token),
            ["report"] = async (scheduler, tag, token) => await scheduler.ExchangeAsync(
                new ExchangeRequest { Tags = [tag], Worker = "w", Count = 0, Done = [new DoneReport(0, JsonText.Parse("{}"))] }, token),
            ["set up"] = async (scheduler, tag, token) => await scheduler.SetUpJobsAsync(tag, Make.SetUp(1), token),
            ["retry"] = async (scheduler, tag, token) => await scheduler.RetryAsync(tag, null, null, cancelled: false, token),
            ["cancel"] = async (scheduler, tag, token) => await scheduler.CancelAsync(tag, null, token),
            ["pause"] = async (scheduler, tag, token) => await scheduler.PauseAsync(tag, token),
            ["resume"] = async (scheduler, tag, token) => await scheduler.ResumeAsync(tag, token),
            ["update"] = async (scheduler, tag, token) => await scheduler.UpdateTagAsync(tag, new TagUpdate { MaxRedistributionAttempts = 5 }, token),
            ["issue"] = async (scheduler, tag, token) => await scheduler.IssueViewTokenAsync(tag, null, token),
            ["rotate"] = async (scheduler, tag, token) => await scheduler.RotateViewTokensAsync(tag, token),
            ["add note"] = async (scheduler, tag, token) => await scheduler.AddNoteAsync(tag, new TagNote("k", JsonText.Parse("1")), false, token),
            ["delete"] = async (scheduler, tag, token) => await scheduler.DeleteTagAsync(tag, token),
        };

    /// <summary>Those that the owner alone may make although they only read.</summary>
    public static IReadOnlyDictionary<string, Func<IJobScheduler, TagAccess, CancellationToken, Task>> Other { get; } =
        new Dictionary<string, Func<IJobScheduler, TagAccess, CancellationToken, Task>>(StringComparer.Ordinal)
        {
            ["jobs"] = async (scheduler, tag, token) => await scheduler.GetJobsAsync(tag, new JobQuery(), token),
            ["notes"] = async (scheduler, tag, token) => await scheduler.GetNotesAsync(tag, "k", token),
        };

    public static TheoryData<string> All { get; } = [.. Reading.Keys, .. Writing.Keys, .. Other.Keys];

    public static Func<IJobScheduler, TagAccess, CancellationToken, Task> Find(string verb) =>
        Reading.GetValueOrDefault(verb) ?? Writing.GetValueOrDefault(verb) ?? Other[verb];

    private static async Task FirstAsync<T>(IAsyncEnumerable<T> items, CancellationToken cancellationToken)
    {
        await foreach (var _ in items.WithCancellation(cancellationToken))
            return;
    }
}
