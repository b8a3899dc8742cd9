using System.Buffers;
using System.Buffers.Binary;

namespace Pyremto;

/// <summary>
/// One message of the pipe: four bytes with the length of all that follows (little-endian), one with the <see cref="FrameKind"/>, four with
/// the number of the call that it belongs to, and a body.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Call">The number that the client gave the call; zero where a frame belongs to none.</param>
/// <param name="Body">What it carries; valid until the reader goes on.</param>
internal readonly record struct Frame(FrameKind Kind, uint Call, ReadOnlySequence<byte> Body)
{
    /// <summary>Bytes before the body.</summary>
    public const int HeaderLength = 9;

    private const int LengthField = 4;

    /// <summary>The longest frame that <see cref="TryRead"/> can take.</summary>
    public const int LongestBody = int.MaxValue - HeaderLength;

    /// <summary>Cuts the next frame off the front of what was read.</summary>
    /// <param name="buffer">What was read; shortened by the frame.</param>
    /// <param name="longestBody">The longest body that is taken.</param>
    /// <param name="frame">The frame, where all of it is there.</param>
    /// <exception cref="FrameException">The length is not a frame's of ours, or over the limit.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int longestBody, out Frame frame)
    {
        frame = default;
        if (buffer.Length < HeaderLength)
            return false;
        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        var body = BinaryPrimitives.ReadUInt32LittleEndian(header) - (long)(HeaderLength - LengthField);
        if (body < 0 || body > longestBody)
            throw new FrameException($"a frame says that its body has {body} bytes; 0 to {longestBody} are allowed");
        if (buffer.Length - HeaderLength < body)
            return false;
        frame = new Frame((FrameKind)header[4], BinaryPrimitives.ReadUInt32LittleEndian(header[5..]), buffer.Slice(HeaderLength, body));
        buffer = buffer.Slice(HeaderLength + body);
        return true;
    }

    /// <summary>Writes a header over nine bytes that were left free for it.</summary>
    public static void WriteHeader(Span<byte> header, FrameKind kind, uint call, int bodyLength)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, bodyLength + HeaderLength - LengthField);
        header[4] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(header[5..], call);
    }
}

/// <summary>The peer does not keep to the protocol; the connection ends. The message goes to the log.</summary>
internal sealed class FrameException(string message) : Exception(message);
