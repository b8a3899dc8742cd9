using System.Text.Json;
using Polly;
using Polly.Retry;

namespace Pyremto;

/// <summary>Opens connections to a coordinator: as often as it takes, with growing pauses, unless the coordinator refuses this
/// process.</summary>
internal sealed class PipeConnector
{
    /// <summary>How long the other side may take to say who it is.</summary>
    private static readonly TimeSpan WelcomeWithin = TimeSpan.FromSeconds(10);

    /// <summary>After a short-lived connection the next one can wait a moment, and longer each time that nothing was answered; below the
    /// grace (S10).</summary>
    private static readonly TimeSpan AfterShortLife = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>That nobody listens is found out in microseconds, and workers are to go on as soon as there is a coordinator.</summary>
    private static readonly TimeSpan LongestWhileNobodyListens = TimeSpan.FromMilliseconds(250);

    private readonly string _name;
    private readonly string _session;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retry;
    private volatile string _problem;
    private TimeSpan _pause = AfterShortLife;
    private long? _connectedAt;

    public PipeConnector(string name, string session, TimeProvider time, IRandomSource random)
    {
        (_name, _session, _time) = (name, session, time);
        _problem = "no coordinator has answered yet";
        _retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<IOException>(),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(20),
                MaxDelay = LongestWhileNobodyListens,
                UseJitter = true,
                Randomizer = random.NextFraction,
            })
            .Build();
    }

    /// <summary>Why there is no connection, for a caller who has waited for one long enough.</summary>
    public CoordinatorUnreachableException Unreachable() => new(
        $"No coordinator can be reached over pipe '{_name}': {_problem}. Start one with ListenOnNamedPipe(\"{_name}\") as the same user on this machine.");

    /// <summary>Connects and introduces this process.</summary>
    /// <param name="client">Who gets what arrives.</param>
    /// <param name="workers">Tells for which workers it speaks.</param>
    /// <param name="hasAnswered">Whether anything was answered over the connection before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PyremtoException">The coordinator refuses it for good.</exception>
    public async ValueTask<ClientConnection> ConnectAsync(PipeClient client, Func<string[]> workers, bool hasAnswered, CancellationToken cancellationToken)
    {
        var wasShort = _connectedAt is { } last && _time.GetElapsedTime(last) < PipeProtocol.ShortLife;
        if (!wasShort || hasAnswered)
            _pause = AfterShortLife;
        if (wasShort)
        {
            await Task.Delay(_pause, _time, cancellationToken).ConfigureAwait(false);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }
        var connection = await _retry.ExecuteAsync(token => TryConnectAsync(client, workers(), token), cancellationToken).ConfigureAwait(false);
        _connectedAt = _time.GetTimestamp();
        return connection;
    }

    private async ValueTask<ClientConnection> TryConnectAsync(PipeClient client, string[] workers, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(WelcomeWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        DuplexPipe? pipes = null;
        try
        {
            pipes = await DuplexPipe.ConnectAsync(_name, _time, either.Token).ConfigureAwait(false);
            var writer = new FrameWriter(pipes.Output, _time, pipes.Dispose);
            writer.WriteJson(FrameKind.Hello, 0, new Hello(PipeProtocol.Name, PipeProtocol.Version, _session, workers));
            writer.Flush();
            var welcome = await FirstFrame.ReadAsync(pipes.Input, PipeProtocol.LongestHello, ReadWelcome, either.Token).ConfigureAwait(false)
                ?? throw new IOException("the connection was closed at once");
            return new ClientConnection(pipes, writer, welcome, client);
        }
        catch (Exception error)
        {
            pipes?.Dispose();
            if (error is PyremtoException and not CoordinatorUnreachableException || cancellationToken.IsCancellationRequested)
                throw;
            _problem = InWords(error);
            throw new IOException(_problem, error);
        }
    }

    private static Welcome ReadWelcome(Frame frame) => frame.Kind switch
    {
        FrameKind.Welcome when FrameBody.Read<Welcome>(frame.Body) is { MaxCalls: > 0, MaxRequestBytes: > 0 } sensible => sensible,
        FrameKind.Welcome => throw new FrameException("its welcome takes no calls"),
        FrameKind.Refusal => throw FrameBody.Read<ErrorBody>(frame.Body).ToException(),
        _ => throw new FrameException($"it answers with a frame of kind {(byte)frame.Kind}"),
    };

    private static string InWords(Exception error) => error switch
    {
        TimeoutException => "nobody listens there",
        UnauthorizedAccessException => "it belongs to another user",
        OperationCanceledException => $"who listens there does not introduce itself within {WelcomeWithin.TotalSeconds} s",
        FrameException or JsonException => $"who listens there is no Pyremto coordinator ({error.Message})",
        _ => error.Message,
    };
}
