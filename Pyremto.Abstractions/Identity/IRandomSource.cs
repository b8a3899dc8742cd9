namespace Pyremto;

/// <summary>Where ids, tokens and jitter come from, so that a simulation can replay a run. Thread-safe.</summary>
public interface IRandomSource
{
    /// <summary>Fills <paramref name="bytes"/> with random bytes; those of a running coordinator are cryptographically strong.</summary>
    void Fill(Span<byte> bytes);
}
