namespace Pyremto;

/// <summary>What both ends of a pipe have to agree on.</summary>
internal static class PipeProtocol
{
    /// <summary>What a <see cref="Hello"/> says to tell ours from a foreign peer.</summary>
    public const string Name = "pyremto-pipe";

    /// <summary>The version that this library speaks. A greater one is refused by who does not know it; frames before the welcome never change.</summary>
    public const int Version = 1;

    /// <summary>The longest frame that is taken from a peer that has not introduced itself, which must hold the ids of its workers.</summary>
    public const int LongestHello = 1 << 20;

    /// <summary>The longest token that tells which two pipes belong together.</summary>
    public const int LongestToken = 64;

    /// <summary>How many workers a session may speak for.</summary>
    public const int MostWorkers = 4096;

    /// <summary>How many bytes of items a stream may have under way that its reader has not taken.</summary>
    public const int StreamWindow = 256 << 10;

    /// <summary>A connection that lives no longer was of no use.</summary>
    public static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(1);

    /// <summary>How long a pipe may be broken before its workers' hand-outs are lost (S10).</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
}
