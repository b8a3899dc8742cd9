using System.IO.Pipelines;
using System.Text.Json;

namespace Pyremto;

/// <content>How a client is told from others and let in.</content>
internal sealed partial class ServerConnection
{
    /// <summary>Reads who is there and answers it; false if the connection is to end.</summary>
    private async Task<bool> IntroduceAsync(PipeReader reader, bool isFull)
    {
        if (await ReadHelloAsync(reader).ConfigureAwait(false) is not { } hello)
            return false;
        var refusal = RefusalOf(hello, isFull);
        if (refusal is not null)
        {
            LogRefused(_server.Logger, _server.Name, refusal.Message);
            await RefuseAsync(refusal).ConfigureAwait(false);
            return false;
        }
        _session = await _server.Sessions.ConnectedAsync(hello, this).ConfigureAwait(false);
        var options = _server.Options;
        _writer.WriteJson(FrameKind.Welcome, 0, new Welcome(PipeProtocol.Version, options.MaxRequestBytes, options.MaxCallsPerConnection));
        _writer.Flush();
        return true;
    }

    private async Task<Hello?> ReadHelloAsync(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync().ConfigureAwait(false);
            var buffer = result.Buffer;
            try
            {
                if (Frame.TryRead(ref buffer, PipeProtocol.LongestHello, out var frame))
                {
                    if (frame.Kind != FrameKind.Hello)
                        throw new FrameException($"it did not introduce itself but sent a frame of kind {(byte)frame.Kind}");
                    var hello = FrameBody.Read<Hello>(frame.Body);
                    reader.AdvanceTo(buffer.Start);
                    return hello;
                }
            }
            catch (Exception error) when (error is FrameException or JsonException)
            {
                await RefuseAsync(PipeErrors.Foreign).ConfigureAwait(false);
                throw new FrameException(error.Message);
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return buffer.IsEmpty ? null : throw new FrameException("it ended before it introduced itself");
        }
    }

    private ErrorBody? RefusalOf(Hello hello, bool isFull) =>
        hello.Protocol != PipeProtocol.Name || hello.Session.Length is 0 or > WorkerId.MaxLength
            || hello.Workers.Count > PipeProtocol.MostWorkers || hello.Workers.Any(worker => worker is null or { Length: 0 or > WorkerId.MaxLength })
            ? PipeErrors.Foreign
            : hello.Version != PipeProtocol.Version ? PipeErrors.OtherVersion(hello.Version)
            : isFull ? PipeErrors.TooManyConnections(_server.Options.MaxConnections)
            : null;

    private async Task RefuseAsync(ErrorBody refusal)
    {
        _writer.WriteJson(FrameKind.Refusal, 0, refusal);
        _writer.Flush();
        await _writer.QuietAsync().ConfigureAwait(false);
    }
}
