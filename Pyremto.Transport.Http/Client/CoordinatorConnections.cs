namespace Pyremto;

/// <summary>The connections that all calls share.</summary>
internal static class CoordinatorConnections
{
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(20);

    /// <summary>Makes the handler that keeps them.</summary>
    public static SocketsHttpHandler Create(PyremtoHttpClientOptions options) => new()
    {
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(15), // so that a change of the name's address is noticed
        AllowAutoRedirect = false, // a password goes to no address that was not given
        UseCookies = false,
        EnableMultipleHttp2Connections = true, // each request that waits for work holds a stream
        KeepAlivePingDelay = PingAfter,
        KeepAlivePingTimeout = PingAfter,
    };
}
