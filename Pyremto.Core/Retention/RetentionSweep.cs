using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// Deletes tags that were not used for the retention (S17). Looks once an hour, but not within 24 hours of its start nor of a jump of
/// the clock, so that neither downtime nor a wrong clock deletes anything.
/// </summary>
internal sealed partial class RetentionSweep(IJobStore store, PyremtoOptions options, TimeProvider time, ILogger<RetentionSweep> logger)
{
    private const int TagsInAPage = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);
    private static readonly TimeSpan Jump = TimeSpan.FromMinutes(5);

    /// <summary>Sweeps until it is cancelled; returns at once where tags are kept for ever.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.Retention is not { } retention || retention <= TimeSpan.Zero)
            return;
        var (wall, monotonic, quietSince) = (time.GetUtcNow(), time.GetTimestamp(), time.GetTimestamp());
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
            var (lastWall, lastMonotonic) = (wall, monotonic);
            (wall, monotonic) = (time.GetUtcNow(), time.GetTimestamp());
            if ((wall - lastWall - time.GetElapsedTime(lastMonotonic, monotonic)).Duration() > Jump)
            {
                LogClockJumped(logger, Grace.TotalHours);
                quietSince = monotonic;
            }
            if (time.GetElapsedTime(quietSince, monotonic) < Grace)
                continue;
            try
            {
                await SweepAsync(wall - retention, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreUnavailableException error)
            {
                LogNotSwept(logger, error);
            }
        }
    }

    private async Task SweepAsync(DateTimeOffset idleSince, CancellationToken cancellationToken)
    {
        string? after = null;
        while (true)
        {
            var page = await store.FindTagsAsync("", after, TagsInAPage, cancellationToken).ConfigureAwait(false);
            foreach (var tag in page)
            {
                if (await store.DeleteTagAsync(tag, idleSince, cancellationToken).ConfigureAwait(false))
                    LogDeleted(logger, tag.Name, idleSince);
            }
            if (page.Count < TagsInAPage)
                return;
            after = page[^1].Name;
        }
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "Deleted the tag '{Tag}': it was not used since {IdleSince:u}.")]
    private static partial void LogDeleted(ILogger logger, string tag, DateTimeOffset idleSince);

    [LoggerMessage(EventId = 121, Level = LogLevel.Warning,
        Message = "The clock jumped: no tag is deleted for its age for the next {Hours} hours.")]
    private static partial void LogClockJumped(ILogger logger, double hours);

    [LoggerMessage(EventId = 122, Level = LogLevel.Warning,
        Message = "Tags past their retention could not be deleted; trying again in an hour.")]
    private static partial void LogNotSwept(ILogger logger, Exception error);
}
