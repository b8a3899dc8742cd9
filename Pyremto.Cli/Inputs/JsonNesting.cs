namespace Pyremto.Cli.Inputs;

/// <summary>Follows JSON in pieces to the bracket that closes the first one. What stands between is checked by others.</summary>
internal struct JsonNesting
{
    private int _depth;
    private bool _isInText;
    private bool _isEscaped;

    /// <summary>How many bytes of the next piece belong to the value, its last bracket included; 0 while it goes on.</summary>
    public int FindEnd(ReadOnlySpan<byte> piece)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            var next = piece[i];
            if (_isEscaped)
                _isEscaped = false;
            else if (next == (byte)'"')
                _isInText = !_isInText;
            else if (_isInText)
                _isEscaped = next == (byte)'\\';
            else if (next is (byte)'{' or (byte)'[')
                _depth++;
            else if (next is (byte)'}' or (byte)']' && --_depth == 0)
                return i + 1;
        }
        return 0;
    }
}
