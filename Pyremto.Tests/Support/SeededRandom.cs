namespace Pyremto.Tests.Support;

/// <summary>Random bytes that are the same in every run. Thread-safe.</summary>
internal sealed class SeededRandom(int seed) : IRandomSource
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> bytes)
    {
        lock (_gate)
            _random.NextBytes(bytes);
    }
}
