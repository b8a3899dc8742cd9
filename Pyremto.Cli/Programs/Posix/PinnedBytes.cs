using System.Text;

namespace Pyremto.Cli.Programs;

/// <summary>Strings for C, one after the other in memory that does not move; used again from start to start. Not thread-safe.</summary>
internal sealed unsafe class PinnedBytes
{
    private readonly List<int> _starts = [];
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
    private int _length;

    /// <summary>How many strings there are.</summary>
    public int Count => _starts.Count;

    public void Clear()
    {
        _starts.Clear();
        _length = 0;
    }

    public void Add(ReadOnlySpan<byte> text)
    {
        _starts.Add(_length);
        Append(text);
        Append([0]);
    }

    public void Add(string text)
    {
        _starts.Add(_length);
        Append(text);
        Append([0]);
    }

    /// <summary>Adds <c>NAME=value</c>.</summary>
    public void Add(Variable variable)
    {
        _starts.Add(_length);
        Append(variable.Name);
        Append("="u8);
        Append(variable.Utf8Value.Span);
        Append([0]);
    }

    /// <summary>Where a string is, until something is added.</summary>
    public byte* this[int index] => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _bytes[_starts[index]]);

    private void Append(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Reserve(most);
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - _length >= more)
            return;
        var larger = GC.AllocateUninitializedArray<byte>(Math.Max(_bytes.Length * 2, _length + more), pinned: true);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        _bytes = larger;
    }
}
