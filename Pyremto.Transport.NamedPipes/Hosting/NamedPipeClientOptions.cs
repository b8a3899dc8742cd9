namespace Pyremto;

/// <summary>How a process uses a coordinator's named pipe. Bound from the configuration section <c>Pyremto:NamedPipeClient</c>, validated at start.</summary>
public sealed class NamedPipeClientOptions
{
    /// <summary>The configuration section that is bound.</summary>
    public const string SectionName = "Pyremto:NamedPipeClient";

    /// <summary>
    /// How long a call waits for the coordinator to be there, or to come back, before it fails with
    /// <see cref="CoordinatorUnreachableException"/>. Workers go on trying after that too.
    /// </summary>
    /// <value>The default is 10 seconds. From zero to 1 hour.</value>
    public TimeSpan ReconnectFor { get; set; } = TimeSpan.FromSeconds(10);
}
