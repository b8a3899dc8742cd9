namespace Pyremto;

/// <summary>The tags whose progress is watched: one watch, and one text of each step, for all viewers with the same credential. Thread-safe.</summary>
internal sealed class ProgressFeeds(IJobScheduler scheduler, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TagAccess, ProgressFeed> _feeds = [];

    /// <summary>The feed for a viewer, whose credential is yet to be checked; leave it.</summary>
    public ProgressFeed Join(TagAccess access)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(access, out var feed) || feed.IsOver)
            {
                _feeds[access] = feed = new ProgressFeed(access, time);
                _ = feed.RunAsync(scheduler);
            }
            feed.Viewers++;
            return feed;
        }
    }

    public void Leave(ProgressFeed feed)
    {
        lock (_gate)
        {
            if (--feed.Viewers > 0)
                return;
            if (_feeds.GetValueOrDefault(feed.Access) == feed)
                _feeds.Remove(feed.Access);
        }
        feed.Dispose();
    }
}
