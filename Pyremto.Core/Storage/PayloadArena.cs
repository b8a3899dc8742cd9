namespace Pyremto;

/// <summary>
/// Many small byte strings in few large arrays, so that a million payloads cost the garbage collector nothing. Grows only. What was
/// added may be read on any thread that learned of it after <see cref="Add"/> returned.
/// </summary>
internal sealed class PayloadArena
{
    private const int FirstChunk = 512;
    private const int LargestChunk = 1 << 20;

    private byte[][] _chunks = [];
    private int _used;

    /// <summary>Copies a payload in.</summary>
    public PayloadPlace Add(ReadOnlySpan<byte> payload)
    {
        if (_chunks.Length == 0 || _chunks[^1].Length - _used < payload.Length)
            Grow(payload.Length);
        payload.CopyTo(_chunks[^1].AsSpan(_used));
        var place = new PayloadPlace(_chunks.Length - 1, _used, payload.Length);
        _used += payload.Length;
        return place;
    }

    public ReadOnlyMemory<byte> this[PayloadPlace place] =>
        Volatile.Read(ref _chunks)[place.Chunk].AsMemory(place.Offset, place.Length);

    private void Grow(int needed)
    {
        var size = _chunks.Length == 0 ? FirstChunk : Math.Min(LargestChunk, _chunks[^1].Length * 2);
        byte[][] grown = [.. _chunks, GC.AllocateUninitializedArray<byte>(Math.Max(size, needed))];
        Volatile.Write(ref _chunks, grown);
        _used = 0;
    }
}

/// <summary>Where a payload stands in its <see cref="PayloadArena"/>.</summary>
internal readonly record struct PayloadPlace(int Chunk, int Offset, int Length);
