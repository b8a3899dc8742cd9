using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A peer that says what it is told to over a real pipe, be it sense or not.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly IDisposable _pipes;
    private readonly PipeReader _reader;
    private readonly Stream _output;

    public RawPeer(DuplexPipe pipes)
        : this(pipes, pipes.Input, pipes.Output)
    {
    }

    /// <summary>On one pipe alone, which nobody of ours would speak over for long.</summary>
    public RawPeer(Stream pipe)
        : this(pipe, DuplexPipe.ReaderOf(pipe), pipe)
    {
    }

    private RawPeer(IDisposable pipes, PipeReader reader, Stream output) => (_pipes, _reader, _output) = (pipes, reader, output);

    public static async Task<RawPeer> ConnectAsync(string name) =>
        new(await DuplexPipe.ConnectAsync(name, TimeProvider.System, CancellationToken.None));

    /// <summary>Connects and introduces itself as a client of ours.</summary>
    public static async Task<RawPeer> IntroducedAsync(string name, string session = "raw")
    {
        var peer = await ConnectAsync(name);
        await peer.SendAsync(RawFrame.OfHello(session));
        (await peer.ReadAsync())!.Kind.Should().Be(FrameKind.Welcome);
        return peer;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(PipeCoordinator.Patience);
        await _output.WriteAsync(bytes, deadline.Token);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends the same again and again until the other side ends the connection.</summary>
    public async Task SendUntilClosedAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
            await _output.WriteAsync(bytes);
    }

    /// <summary>Sends a call and reads the next frame.</summary>
    public async Task<RawFrame> AskAsync(uint call, PipeVerb verb, string json)
    {
        await SendAsync(RawFrame.OfCall(call, verb, json));
        return await ReadAsync() ?? throw new InvalidOperationException("The connection has ended.");
    }

    /// <summary>Waits until the other side has begun to say something, and takes nothing of it.</summary>
    public async Task SomethingComesAsync()
    {
        using var deadline = new CancellationTokenSource(PipeCoordinator.Patience);
        var result = await _reader.ReadAsync(deadline.Token);
        _reader.AdvanceTo(result.Buffer.Start);
    }

    /// <summary>The next frame; null when the connection has ended.</summary>
    public async Task<RawFrame?> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(PipeCoordinator.Patience);
        while (true)
        {
            ReadResult result;
            try
            {
                result = await _reader.ReadAsync(deadline.Token);
            }
            catch (IOException)
            {
                return null;
            }
            var buffer = result.Buffer;
            if (Frame.TryRead(ref buffer, Frame.LongestBody, out var frame))
            {
                var read = new RawFrame(frame.Kind, frame.Call, frame.Body.ToArray());
                _reader.AdvanceTo(buffer.Start);
                return read;
            }
            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }

    /// <summary>Reads until the connection has ended; answers with what came before.</summary>
    public async Task<List<RawFrame>> ReadToEndAsync()
    {
        var frames = new List<RawFrame>();
        while (await ReadAsync() is { } frame)
            frames.Add(frame);
        return frames;
    }

    public ValueTask DisposeAsync()
    {
        _pipes.Dispose();
        return default;
    }
}
