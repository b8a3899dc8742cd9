namespace Pyremto;

/// <summary>A server that <c>ListenOnHttp</c> added to the host. Thread-safe.</summary>
public interface IPyremtoHttpListener
{
    /// <summary>Where it listens, with the ports that were bound; empty before the host has started.</summary>
    IReadOnlyList<string> Addresses { get; }
}
