using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// How many connections a server holds: as many as leave the process its <see cref="DescriptorReserve"/>, of one other machine no more
/// than a share, and no more than the operator said. Thread-safe.
/// </summary>
internal sealed partial class ConnectionBounds
{
    private readonly PyremtoHttpOptions _options;
    private readonly DescriptorReserve _descriptors;
    private readonly ILogger _logger;
    private readonly (string Text, RareNotice Notice) _tooMany, _tooManyOfOne, _noDescriptors;
    private readonly KnownProxies _proxies;
    private readonly long _share;
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, long> _ofOthers = [];
    private long _count;

    public ConnectionBounds(PyremtoHttpOptions options, DescriptorReserve descriptors, TimeProvider time, ILogger logger)
    {
        (_options, _descriptors, _logger) = (options, descriptors, logger);
        _proxies = new KnownProxies(options);
        _share = options.MaxConnectionsPerAddress ?? descriptors.Share ?? long.MaxValue;
        _tooMany = ($"there are {options.MaxConnections} already (MaxConnections)", new RareNotice(time));
        _tooManyOfOne = ($"its address has {_share} already (MaxConnectionsPerAddress)", new RareNotice(time));
        _noDescriptors = (
            $"the process may have {descriptors.Limit} file descriptors, and keeps the last ones for itself: raise the limit (ulimit -n, "
            + "LimitNOFILE)",
            new RareNotice(time));
    }

    /// <summary>Takes a connection in until it is closed; false where there is no room for it.</summary>
    public bool TryTake(ConnectionContext connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var other = address is null || NetworkAddress.IsLoopback(address) || _proxies.Contains(address) ? null : AddressNets.Key(address);
        if (Refusal(connection, other) is not { } refusal)
        {
            connection.ConnectionClosed.Register(() => Leave(other));
            return true;
        }
        if (refusal.Notice.Count() is > 0 and var count)
            LogRefused(_logger, count, address?.ToString() ?? "this machine", refusal.Text);
        return false;
    }

    private (string Text, RareNotice Notice)? Refusal(ConnectionContext connection, IPAddress? other)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket
            && !_descriptors.Allows(socket.SafeHandle.DangerousGetHandle()))
        {
            return _noDescriptors;
        }
        lock (_gate)
        {
            if (_count >= _options.MaxConnections)
                return _tooMany;
            if (other is not null)
            {
                var held = _ofOthers.GetValueOrDefault(other);
                if (held >= _share)
                    return _tooManyOfOne;
                _ofOthers[other] = held + 1;
            }
            _count++;
            return null;
        }
    }

    private void Leave(IPAddress? other)
    {
        lock (_gate)
        {
            _count--;
            if (other is not null && --_ofOthers[other] == 0)
                _ofOthers.Remove(other);
        }
    }

    [LoggerMessage(EventId = 407, Level = LogLevel.Warning,
        Message = "{Count} connection(s) refused, the last one of {Address}: {Reason}.")]
    private static partial void LogRefused(ILogger logger, long count, string address, string reason);
}
