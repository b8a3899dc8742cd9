using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>Goes over the lines of a file from the last to the first, a chunk in memory at a time. Empty lines are passed over.</summary>
internal sealed class BackwardsLines(SafeFileHandle file, long length, int chunk)
{
    private readonly byte[] _chunk = new byte[Math.Min(chunk, length)];
    private long _chunkStart = length;
    private int _size;
    private int _left;
    private long _end = length;
    private bool _over = length == 0;

    /// <summary>The next line before, without its end.</summary>
    /// <param name="start">Where it starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="first">Its first byte where that is at hand, else 0.</param>
    public bool TryNext(out long start, out long end, out byte first)
    {
        first = 0;
        while (!_over)
        {
            var newline = LastNewline();
            start = newline + 1;
            end = _end;
            _over = newline < 0;
            _end = newline;
            if (end <= start)
                continue;
            if (start - _chunkStart < _size)
                first = _chunk[start - _chunkStart];
            return true;
        }
        start = end = 0;
        return false;
    }

    /// <summary>Where the last newline before what was seen is; -1 if there is none.</summary>
    private long LastNewline()
    {
        while (true)
        {
            var found = _chunk.AsSpan(0, _left).LastIndexOf((byte)'\n');
            if (found >= 0)
            {
                _left = found;
                return _chunkStart + found;
            }
            if (_chunkStart == 0)
                return -1;
            var size = (int)Math.Min(_chunk.Length, _chunkStart);
            _chunkStart -= size;
            _left = _size = size;
            for (var read = 0; read < size;)
            {
                var more = RandomAccess.Read(file, _chunk.AsSpan(read, size - read), _chunkStart + read);
                if (more == 0)
                    throw new EndOfStreamException("The program's output became shorter while it was read.");
                read += more;
            }
        }
    }
}
