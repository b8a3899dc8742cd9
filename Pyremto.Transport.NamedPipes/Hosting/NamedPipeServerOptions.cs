using System.ComponentModel.DataAnnotations;

namespace Pyremto;

/// <summary>The bounds of a named pipe that a coordinator listens on. Bound from the configuration section
/// <c>Pyremto:NamedPipeServer</c>, validated at start.</summary>
public sealed class NamedPipeServerOptions
{
    /// <summary>The configuration section that is bound.</summary>
    public const string SectionName = "Pyremto:NamedPipeServer";

    /// <summary>How many clients may be connected at a time; more are refused with words.</summary>
    /// <value>The default is 4096. From 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 4096;

    /// <summary>
    /// How many calls that last (for work, or streams) one connection may have under way, and as many others: signs of life and reports
    /// find room whoever waits. Our clients keep to it by themselves.
    /// </summary>
    /// <value>The default is 1024. From 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int MaxCallsPerConnection { get; set; } = 1024;

    /// <summary>The longest request in bytes; a set-up has to fit into one.</summary>
    /// <value>The default is 64 MiB. From 1 MiB to 1 GiB.</value>
    [Range(1 << 20, 1 << 30)]
    public int MaxRequestBytes { get; set; } = 64 << 20;

    /// <summary>How long a peer may leave its introduction, or a frame, half said, or take nothing of an answer, before its connection is
    /// ended.</summary>
    /// <value>The default is 30 seconds. From 1 second to 1 hour.</value>
    public TimeSpan PeerTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
