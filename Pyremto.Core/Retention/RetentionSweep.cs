using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// Deletes tags that were not used for the retention (S17). It looks once an hour, and measures by how long the store was open, over all
/// starts: neither downtime nor a wrong clock deletes anything, and a coordinator that is restarted often sweeps all the same.
/// </summary>
internal sealed partial class RetentionSweep(IJobStore store, PyremtoOptions options, TimeProvider time, ILogger<RetentionSweep> logger)
{
    private const int TagsInAPage = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private long _counted;

    /// <summary>Sweeps until it is cancelled; returns at once where tags are kept for ever.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.Retention is not { } retention || retention <= TimeSpan.Zero)
            return;
        _counted = time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
                await SweepAsync(retention, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await CountAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task SweepAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        if (!await CountAsync(cancellationToken).ConfigureAwait(false))
            return;
        try
        {
            await DeleteUnusedAsync(retention, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException error)
        {
            LogNotSwept(logger, error);
        }
    }

    /// <summary>
    /// Counts the time since it last did as up-time of the store. False if that could not be kept: it is not counted again, since it may
    /// have been kept all the same, and nobody could use a tag in an outage.
    /// </summary>
    private async Task<bool> CountAsync(CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        try
        {
            await store.NoteUpTimeAsync(time.GetElapsedTime(_counted, now), cancellationToken).ConfigureAwait(false);
            _counted = now;
            return true;
        }
        catch (StoreUnavailableException error)
        {
            LogNotCounted(logger, error);
            _counted = now;
            return false;
        }
    }

    private async Task DeleteUnusedAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        string? after = null;
        while (true)
        {
            var page = await store.FindTagsAsync("", after, TagsInAPage, cancellationToken).ConfigureAwait(false);
            foreach (var tag in page)
            {
                // Since up-time is counted hourly, a use may be up to that much younger than it counts.
                if (await store.DeleteTagAsync(tag, retention + Interval, cancellationToken).ConfigureAwait(false))
                    LogDeleted(logger, tag.Name, retention);
            }
            if (page.Count < TagsInAPage)
                return;
            after = page[^1].Name;
        }
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Information,
        Message = "Deleted the tag '{Tag}': it was not used for {Retention} in which the coordinator was up.")]
    private static partial void LogDeleted(ILogger logger, string tag, TimeSpan retention);

    [LoggerMessage(EventId = 122, Level = LogLevel.Warning,
        Message = "Tags past their retention could not be deleted; trying again in an hour.")]
    private static partial void LogNotSwept(ILogger logger, Exception error);

    [LoggerMessage(EventId = 121, Level = LogLevel.Warning,
        Message = "The time that the store was open could not be noted and does not count; no tag is deleted this time.")]
    private static partial void LogNotCounted(ILogger logger, Exception error);
}
