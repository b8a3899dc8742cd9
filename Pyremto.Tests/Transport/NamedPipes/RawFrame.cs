using System.Text;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A frame as bytes, and one that was read, for peers of the tests that speak the protocol by hand.</summary>
internal sealed record RawFrame(FrameKind Kind, uint Call, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public static byte[] Of(FrameKind kind, uint call, ReadOnlySpan<byte> body)
    {
        var bytes = new byte[Frame.HeaderLength + body.Length];
        Frame.WriteHeader(bytes, kind, call, body.Length);
        body.CopyTo(bytes.AsSpan(Frame.HeaderLength));
        return bytes;
    }

    public static byte[] OfCall(uint call, PipeVerb verb, string json) =>
        Of(FrameKind.Call, call, [(byte)verb, .. Encoding.UTF8.GetBytes(json)]);

    public static byte[] OfHello(string session, int version = PipeProtocol.Version) =>
        Of(FrameKind.Hello, 0, Encoding.UTF8.GetBytes($$"""{"protocol":"{{PipeProtocol.Name}}","version":{{version}},"session":"{{session}}","workers":[]}"""));
}
