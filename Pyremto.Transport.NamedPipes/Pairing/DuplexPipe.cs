using System.IO.Pipelines;
using System.IO.Pipes;
using System.Text;
using PipeOptions = System.IO.Pipes.PipeOptions;

namespace Pyremto;

/// <summary>
/// One end of a connection: a pipe that is only read and another that is only written. On Unix .NET watches a pipe that it has waited on
/// for room to write as well, so over a single pipe every message that the peer takes would also wake whoever sent it.
/// </summary>
internal sealed class DuplexPipe : IDisposable
{
    /// <summary>How long connecting to one pipe may take, which ends at once unless too many wait for a server that accepts none.</summary>
    private static readonly TimeSpan AcceptWithin = TimeSpan.FromSeconds(5);

    private readonly Stream _incoming;

    public DuplexPipe(PipeReader input, Stream incoming, Stream outgoing) => (Input, _incoming, Output) = (input, incoming, outgoing);

    /// <summary>What comes from the peer.</summary>
    public PipeReader Input { get; }

    /// <summary>What goes to the peer.</summary>
    public Stream Output { get; }

    /// <summary>Connects to a <see cref="PipeListener"/>: first to its pipe for answers, which says a token, then to that for requests, which is told it.</summary>
    /// <param name="name">The listener's name.</param>
    /// <param name="time">The clock of the limits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">Nobody listens.</exception>
    /// <exception cref="UnauthorizedAccessException">Another user does.</exception>
    /// <exception cref="FrameException">Who listens is none of ours.</exception>
    /// <exception cref="IOException">Who listens hung up.</exception>
    public static async ValueTask<DuplexPipe> ConnectAsync(string name, TimeProvider time, CancellationToken cancellationToken)
    {
        var answers = new NamedPipeClientStream(
            ".", PipeName.OfAnswers(name), PipeDirection.In, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        var requests = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await ConnectAsync(answers).ConfigureAwait(false);
            var input = ReaderOf(answers);
            var token = await FirstFrame.ReadAsync(input, PipeProtocol.LongestToken, ReadToken, cancellationToken).ConfigureAwait(false)
                ?? throw new IOException("the connection was closed at once");
            await ConnectAsync(requests).ConfigureAwait(false);
            await SayTokenAsync(requests, FrameKind.Join, token, cancellationToken).ConfigureAwait(false);
            return new DuplexPipe(input, answers, requests);
        }
        catch
        {
            await answers.DisposeAsync().ConfigureAwait(false);
            await requests.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Task ConnectAsync(NamedPipeClientStream pipe) =>
            pipe.ConnectAsync(TimeSpan.Zero, cancellationToken).WaitAsync(AcceptWithin, time, cancellationToken);

        static string ReadToken(Frame frame) =>
            frame.Kind == FrameKind.Token ? Encoding.ASCII.GetString(frame.Body) : throw new FrameException($"it begins with a frame of kind {(byte)frame.Kind}");
    }

    public static PipeReader ReaderOf(Stream incoming) => PipeReader.Create(incoming, new StreamPipeReaderOptions(leaveOpen: true));

    /// <summary>Says which two pipes belong together.</summary>
    public static ValueTask SayTokenAsync(Stream pipe, FrameKind kind, string token, CancellationToken cancellationToken)
    {
        var frame = new byte[Frame.HeaderLength + token.Length];
        Frame.WriteHeader(frame, kind, call: 0, token.Length);
        Encoding.ASCII.GetBytes(token, frame.AsSpan(Frame.HeaderLength));
        return pipe.WriteAsync(frame, cancellationToken);
    }

    /// <summary>Ends the connection, on both pipes.</summary>
    public void Dispose()
    {
        Output.Dispose();
        _incoming.Dispose();
    }
}
