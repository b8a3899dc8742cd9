using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Pyremto;

/// <summary>
/// Kestrel's sockets, of which it gets those alone that there is room for. A connection too many is closed before the next one is
/// accepted: Kestrel's own limit lets a burst of them take all descriptors first.
/// </summary>
internal sealed class BoundedTransport(SocketTransportFactory sockets, ConnectionBounds bounds)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false), bounds);

    private sealed class Listener(IConnectionListener inner, ConnectionBounds bounds) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await inner.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } connection)
            {
                if (bounds.TryTake(connection))
                    return connection;
                connection.Abort();
                await connection.DisposeAsync().ConfigureAwait(false);
            }
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
