using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Pyremto;

/// <summary>The proxies that the operator named (<see cref="PyremtoHttpOptions.KnownProxies"/>). Immutable.</summary>
internal sealed class KnownProxies
{
    public KnownProxies(PyremtoHttpOptions options)
    {
        var isAddress = options.KnownProxies.ToLookup(static proxy => IPAddress.TryParse(proxy, out _));
        Addresses = [.. isAddress[true].Select(IPAddress.Parse)];
        Networks = [.. isAddress[false].Select(static proxy => System.Net.IPNetwork.Parse(proxy))];
    }

    public IReadOnlyList<IPAddress> Addresses { get; }

    public IReadOnlyList<System.Net.IPNetwork> Networks { get; }

    /// <summary>Has what they say of their clients believed, and what others say not.</summary>
    public ForwardedHeadersOptions Forwarded()
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var address in Addresses)
            forwarded.KnownProxies.Add(address);
        foreach (var network in Networks)
            forwarded.KnownIPNetworks.Add(network);
        return forwarded;
    }

    /// <summary>Whether an address is one of theirs.</summary>
    public bool Contains(IPAddress address)
    {
        var plain = NetworkAddress.Plain(address);
        return Addresses.Any(proxy => NetworkAddress.Plain(proxy).Equals(plain)) || Networks.Any(network => network.Contains(plain));
    }
}
