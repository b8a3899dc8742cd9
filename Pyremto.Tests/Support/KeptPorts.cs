using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pyremto.Tests.Support;

/// <summary>
/// Ports for servers that come back where they were. They lie below those that the system gives to anybody who asks for any, so that nobody has
/// taken them meanwhile; and no other test uses them.
/// </summary>
internal static class KeptPorts
{
    private const int First = 15_000;
    private const int Count = 15_000;

    private static int _last = Environment.ProcessId * 97;

    /// <summary>The address of a server that may be started again there.</summary>
    public static string NewUrl() => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{NewPort()}");

    private static int NewPort()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            try
            {
                using var probe = new TcpListener(IPAddress.Any, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
