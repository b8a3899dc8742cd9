using System.IO.Pipelines;
using System.IO.Pipes;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// Accepts connections of two pipes each (<see cref="DuplexPipe"/>): on one name those for answers, which are only written to and are told
/// a token at once; on the other those for requests, which are only read and say to which of the former they belong.
/// </summary>
internal sealed partial class PipeListener : IAsyncDisposable
{
    /// <summary>How many pipes of each kind may be without their other half at a time; more are closed, and their clients try again.</summary>
    private const int MostUnpaired = 4096;

    private const int TokenLength = 20;

    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly ILogger _logger;
    private readonly Action<DuplexPipe> _accepted;
    private readonly PipeAcceptor _answers;
    private readonly PipeAcceptor _requests;
    private readonly Lock _gate = new();

    /// <summary>Pipes for answers whose other half has not come yet, by their tokens.</summary>
    private readonly Dictionary<string, HalfPair> _waiting = new(StringComparer.Ordinal);

    /// <summary>Pipes for requests that have not said yet to which answers they belong.</summary>
    private readonly HashSet<HalfPair> _arriving = [];
    private bool _isClosed;

    private PipeListener(
        string name, PipeAcceptor answers, PipeAcceptor requests, TimeProvider time, IRandomSource random, ILogger logger, Action<DuplexPipe> accepted)
    {
        (_name, _answers, _requests, _time, _random, _logger, _accepted) = (name, answers, requests, time, random, logger, accepted);
    }

    /// <summary>Opens both names and begins to accept.</summary>
    /// <param name="name">The name for requests; that for answers follows from it (<see cref="PipeName.OfAnswers"/>).</param>
    /// <param name="time">Its clock.</param>
    /// <param name="random">Makes the tokens.</param>
    /// <param name="logger">Where it tells what went wrong.</param>
    /// <param name="accepted">Gets each connection, and does not keep the next one waiting. Not called once the listener is being disposed.</param>
    /// <exception cref="IOException">Another program has one of the names.</exception>
    /// <exception cref="UnauthorizedAccessException">Another user has one of the names.</exception>
    public static async Task<PipeListener> StartAsync(
        string name, TimeProvider time, IRandomSource random, ILogger logger, Action<DuplexPipe> accepted)
    {
        var requests = new PipeAcceptor(name, PipeDirection.InOut, time, logger); // out as well: who is none of ours is told so
        PipeAcceptor answers;
        try
        {
            answers = new PipeAcceptor(PipeName.OfAnswers(name), PipeDirection.Out, time, logger);
        }
        catch
        {
            await requests.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        var listener = new PipeListener(name, answers, requests, time, random, logger, accepted);
        requests.Start(listener.Receive);
        answers.Start(listener.Greet);
        return listener;
    }

    /// <summary>Looks whether a half keeps us waiting for the other one, and closes it if it does.</summary>
    public void CheckProgress(TimeSpan limit)
    {
        HalfPair[] late;
        lock (_gate)
        {
            late = [.. _waiting.Values.Concat(_arriving).Where(half => _time.GetElapsedTime(half.Since) > limit)];
            foreach (var half in late)
                Forget(half);
        }
        foreach (var half in late)
        {
            LogSilent(_logger, _name, limit.TotalSeconds);
            half.Dispose();
        }
    }

    /// <summary>Accepts nobody any more; connections that were accepted go on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _requests.DisposeAsync().ConfigureAwait(false);
        await _answers.DisposeAsync().ConfigureAwait(false);
        HalfPair[] left;
        lock (_gate)
        {
            _isClosed = true;
            left = [.. _waiting.Values, .. _arriving];
            _waiting.Clear();
            _arriving.Clear();
        }
        foreach (var half in left)
            half.Dispose();
    }

    private void Greet(NamedPipeServerStream pipe)
    {
        var half = new HalfPair(pipe, _time.GetTimestamp(), _random.NextWord(TokenLength));
        lock (_gate)
        {
            if (_waiting.Count < MostUnpaired)
                _waiting.Add(half.Token!, half);
            else
                half.Dispose();
        }
        _ = GreetAsync(half);
    }

    private async Task GreetAsync(HalfPair half)
    {
        try
        {
            await DuplexPipe.SayTokenAsync(half.Pipe, FrameKind.Token, half.Token!, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (IsGone(error))
        {
            lock (_gate)
                Forget(half);
            half.Dispose();
        }
    }

    private void Receive(NamedPipeServerStream pipe)
    {
        var half = new HalfPair(pipe, _time.GetTimestamp(), token: null);
        lock (_gate)
        {
            if (_arriving.Count < MostUnpaired)
                _arriving.Add(half);
            else
                half.Dispose();
        }
        _ = Task.Run(() => JoinAsync(half));
    }

    private async Task JoinAsync(HalfPair half)
    {
        var input = DuplexPipe.ReaderOf(half.Pipe);
        try
        {
            var token = await FirstFrame.ReadAsync(input, PipeProtocol.LongestToken, ReadToken, CancellationToken.None).ConfigureAwait(false);
            if (token is not null)
            {
                Accept(half, token, input);
                return;
            }
        }
        catch (FrameException error)
        {
            LogForeign(_logger, _name, error.Message);
            await RefuseAsync(half).ConfigureAwait(false);
        }
        catch (Exception error) when (IsGone(error))
        {
            // Nobody is there any more.
        }
        lock (_gate)
            Forget(half);
        half.Dispose();
        await input.CompleteAsync().ConfigureAwait(false);
    }

    private void Accept(HalfPair requests, string token, PipeReader input)
    {
        lock (_gate)
        {
            if (_isClosed)
                throw new OperationCanceledException();
            if (!_waiting.Remove(token, out var answers))
                throw new FrameException("the other half of its connection is not there");
            _arriving.Remove(requests);
            _accepted(new DuplexPipe(input, requests.Pipe, answers.Pipe)); // under the lock: none comes once we are disposed
        }
    }

    private async Task RefuseAsync(HalfPair half)
    {
        var writer = new FrameWriter(half.Pipe, _time);
        writer.WriteJson(FrameKind.Refusal, 0, PipeErrors.Foreign);
        writer.Flush();
        await writer.QuietAsync().ConfigureAwait(false);
    }

    private void Forget(HalfPair half)
    {
        _arriving.Remove(half);
        if (half.Token is { } token)
            _waiting.Remove(token);
    }

    private static string ReadToken(Frame frame) =>
        frame.Kind == FrameKind.Join ? Encoding.ASCII.GetString(frame.Body) : throw new FrameException($"it began with a frame of kind {(byte)frame.Kind}");

    private static bool IsGone(Exception error) => error is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;
}
