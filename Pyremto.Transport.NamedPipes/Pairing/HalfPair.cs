using System.IO.Pipes;

namespace Pyremto;

/// <summary>One of the two pipes of a connection, while the other one is not there yet.</summary>
internal sealed class HalfPair(NamedPipeServerStream pipe, long since, string? token) : IDisposable
{
    public NamedPipeServerStream Pipe { get; } = pipe;

    /// <summary>When it came.</summary>
    public long Since { get; } = since;

    /// <summary>What was said to one for answers; null for one for requests.</summary>
    public string? Token { get; } = token;

    public void Dispose() => Pipe.Dispose();
}
