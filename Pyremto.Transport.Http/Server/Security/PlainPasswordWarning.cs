using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>Warns of passwords and tokens that come from another machine over plain HTTP: once an hour for a tag. Thread-safe.</summary>
internal sealed partial class PlainPasswordWarning(TimeProvider time, ILogger logger)
{
    private const int MostTags = 1000; // then whoever comes is warned of with the next hour
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, long> _warned = new(StringComparer.Ordinal);

    public void Look(HttpContext context, TagAccess access)
    {
        if ((access.Password is null && access.ViewToken is null) || access.Tag.Any(char.IsControl))
            return;
        if (context.Request.IsHttps || context.Connection.RemoteIpAddress is not { } address || NetworkAddress.IsLoopback(address))
            return;
        var now = time.GetTimestamp();
        if (_warned.TryGetValue(access.Tag, out var last) && time.GetElapsedTime(last, now) < Quiet)
            return;
        if (_warned.Count >= MostTags)
            Forget(now);
        if (_warned.Count < MostTags && (last == 0 ? _warned.TryAdd(access.Tag, now) : _warned.TryUpdate(access.Tag, now, last)))
            LogPlainPassword(logger, access.Tag, NetworkAddress.Plain(address));
    }

    private void Forget(long now)
    {
        foreach (var (tag, last) in _warned)
        {
            if (time.GetElapsedTime(last, now) >= Quiet)
                _warned.TryRemove(tag, out _);
        }
    }
}
