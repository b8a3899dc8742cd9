using System.Collections.Immutable;

namespace Pyremto;

/// <summary>A server in this process that has the progress pages of its scheduler. Implementations are thread-safe.</summary>
public interface IPageHost
{
    /// <summary>The address of a tag's page, without token; null while the server does not listen.</summary>
    /// <param name="tag">The tag's name.</param>
    Uri? AddressOf(string tag);
}

/// <summary>The servers in this process that have the progress pages of its scheduler, for whoever makes links. Thread-safe.</summary>
public sealed class PageHosts
{
    private ImmutableArray<IPageHost> _hosts = [];

    /// <summary>Adds a server, for as long as the process lives.</summary>
    /// <param name="host">The server.</param>
    public void Add(IPageHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        ImmutableInterlocked.Update(ref _hosts, static (hosts, added) => hosts.Add(added), host);
    }

    /// <summary>The address of a tag's page: one that others reach, if there is one; null where no server listens.</summary>
    /// <param name="tag">The tag's name.</param>
    public Uri? AddressOf(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        Uri? local = null;
        foreach (var host in _hosts)
        {
            if (host.AddressOf(tag) is not { } address)
                continue;
            if (!address.IsLoopback)
                return address;
            local ??= address;
        }
        return local;
    }
}
