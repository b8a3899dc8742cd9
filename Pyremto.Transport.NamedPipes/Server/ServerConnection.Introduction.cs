using System.IO.Pipelines;
using System.Text.Json;

namespace Pyremto;

/// <content>How a client is told from others and let in.</content>
internal sealed partial class ServerConnection
{
    /// <summary>Reads who is there and answers it; false if the connection is to end.</summary>
    private async Task<bool> IntroduceAsync(PipeReader reader)
    {
        if (await ReadHelloAsync(reader).ConfigureAwait(false) is not { } hello)
            return false;
        if (RefusalOf(hello) is { } refusal)
        {
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
        try
        {
            return await FirstFrame.ReadAsync(reader, PipeProtocol.LongestHello, ReadHello, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is FrameException or JsonException)
        {
            await RefuseAsync(PipeErrors.Foreign).ConfigureAwait(false);
            throw new FrameException(error.Message);
        }

        static Hello ReadHello(Frame frame) => frame.Kind == FrameKind.Hello
            ? FrameBody.Read<Hello>(frame.Body)
            : throw new FrameException($"it did not introduce itself but sent a frame of kind {(byte)frame.Kind}");
    }

    private static ErrorBody? RefusalOf(Hello hello) =>
        hello.Protocol != PipeProtocol.Name || hello.Session.Length is 0 or > WorkerId.MaxLength
            || hello.Workers.Count > PipeProtocol.MostWorkers || hello.Workers.Any(worker => worker is null or { Length: 0 or > WorkerId.MaxLength })
            ? PipeErrors.Foreign
            : hello.Version != PipeProtocol.Version ? PipeErrors.OtherVersion(hello.Version)
            : null;

    private async Task RefuseAsync(ErrorBody refusal, bool isSaid = true)
    {
        if (isSaid)
            LogRefused(_server.Logger, _server.Name, refusal.Message);
        _writer.WriteJson(FrameKind.Refusal, 0, refusal);
        _writer.Flush();
        await _writer.QuietAsync().ConfigureAwait(false);
    }
}
