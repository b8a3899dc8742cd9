using System.Net;

namespace Pyremto;

/// <summary>What this machine is called by others in its network, as far as it knows without asking anybody. Thread-safe.</summary>
/// <param name="names">Finds its names; they are looked up once.</param>
/// <param name="addresses">Finds its addresses, which may change; they are looked up once a minute at most.</param>
/// <param name="time">The clock of that minute.</param>
internal sealed class MachineIdentity(Func<IEnumerable<string>> names, Func<IEnumerable<IPAddress>> addresses, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly Lazy<HashSet<string>> _names = new(() => new(names(), StringComparer.OrdinalIgnoreCase));
    private readonly Lock _looking = new();
    private HashSet<IPAddress>? _addresses;
    private long _lookedAt;

    /// <summary>The identity of the machine that this runs on.</summary>
    public static MachineIdentity Find(TimeProvider time) => new(FindNames, FindAddresses, time);

    public bool HasName(string name) => _names.Value.Contains(name);

    public bool HasAddress(IPAddress address)
    {
        lock (_looking)
        {
            var now = time.GetTimestamp();
            if (_addresses is null || time.GetElapsedTime(_lookedAt, now) > Fresh)
                (_addresses, _lookedAt) = ([.. addresses()], now);
            return _addresses.Contains(address);
        }
    }

    /// <summary>
    /// The names that follow from the host's name and the domains in which it looks up others, in every spelling that reaches it.
    /// </summary>
    internal static IEnumerable<string> NamesOf(string host, IEnumerable<string> domains)
    {
        var label = host.Split('.', 2)[0];
        return [host, label, $"{label}.local", .. domains.Select(domain => $"{label}.{domain.Trim('.')}")];
    }

    private static IEnumerable<string> FindNames() => NamesOf(Dns.GetHostName(), NetworkFace.Domains());

    private static IEnumerable<IPAddress> FindAddresses() =>
        NetworkFace.All().SelectMany(face => face.Addresses).Select(NetworkAddress.Plain);
}
