using System.Buffers;
using System.Text.Json;

namespace Pyremto;

/// <summary>
/// Makes calls to one coordinator: sends them, tries them again after a break where that does no harm, and makes of whatever comes back an answer
/// or a <see cref="PyremtoException"/>. Thread-safe.
/// </summary>
internal sealed class CoordinatorClient : IDisposable
{
    /// <summary>A coordinator's answers are shorter: its largest are pages of jobs with their descriptions. Streams have no such
    /// bound.</summary>
    private const int LongestAnswer = 128 << 20;

    private const int FirstRead = 4096;
    private const int SlowestBytesPerSecond = 16 << 10;
    private const int LargeBody = 1 << 20;

    private static readonly HttpRequestError[] NothingSent =
    [
        HttpRequestError.NameResolutionError, HttpRequestError.ConnectionError, HttpRequestError.SecureConnectionError, HttpRequestError.ProxyTunnelError,
    ];

    private readonly HttpMessageInvoker _http;
    private readonly CoordinatorAddress _address;
    private readonly PyremtoHttpClientOptions _options;
    private readonly string _credentialHeader;
    private readonly TimeProvider _time;
    private readonly Reconnection _reconnection;
    private readonly JsonBuffers _buffers = new();

    public CoordinatorClient(
        CoordinatorAddress address, HttpMessageInvoker http, PyremtoHttpClientOptions options, TimeProvider time, IRandomSource random)
    {
        (_address, _http, _options, _time) = (address, http, options, time);
        _credentialHeader = options.LeaveAuthorization ? HttpNames.CredentialHeader : HttpNames.Authorization;
        _reconnection = new Reconnection(options.ReconnectFor, time, random);
    }

    /// <summary>An empty buffer for the body of a call.</summary>
    public JsonBuffer RentBody() => _buffers.Rent();

    /// <summary>Makes a call, and makes it again where it broke. It has no token: see <see cref="CallRunner"/>.</summary>
    /// <exception cref="CoordinatorUnreachableException">No coordinator answers.</exception>
    /// <exception cref="PyremtoException">The coordinator refuses.</exception>
    public async Task<T> CallAsync<T>(HttpCall<T> call)
    {
        try
        {
            return await AttemptAsync(call).ConfigureAwait(false);
        }
        catch (AttemptFailedException failure)
        {
            var outage = _reconnection.Begin(failure, call.IsRepeatable);
            return await AgainAsync(outage, () => AttemptAsync(call), call.IsRepeatable, call.GivenUp.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Opens a stream for a <see cref="LineReader"/>.</summary>
    /// <param name="create">Makes the request, as it is to be now.</param>
    /// <param name="outage">How the one before it broke; null for the first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<HttpResponseMessage> OpenAsync(Func<HttpRequestMessage> create, Outage? outage, CancellationToken cancellationToken)
    {
        if (outage is null)
        {
            try
            {
                return await OpenOnceAsync().ConfigureAwait(false);
            }
            catch (AttemptFailedException first)
            {
                outage = Broke(outage, first);
            }
        }
        return await AgainAsync(outage, OpenOnceAsync, isRepeatable: true, cancellationToken).ConfigureAwait(false);

        async Task<HttpResponseMessage> OpenOnceAsync()
        {
            using var limit = new CancellationTokenSource(_options.AnswerWithin, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using var request = create();
            try
            {
                return await SendAsync(request, either.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not PyremtoException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw Failed(error);
            }
        }
    }

    /// <summary>A stream broke.</summary>
    /// <param name="outage">Since when nothing came; null if something did.</param>
    /// <param name="failure">How.</param>
    public Outage Broke(Outage? outage, AttemptFailedException failure)
    {
        outage ??= _reconnection.Begin(failure, isRepeatable: true);
        outage.Broke(failure);
        return outage;
    }

    /// <summary>A request as all are.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="address">Its route.</param>
    /// <param name="authorization">Its credential; null for none.</param>
    /// <param name="body">Its JSON; null for none.</param>
    public HttpRequestMessage Request(HttpMethod method, Uri address, string? authorization, ReadOnlyMemory<byte>? body = null)
    {
        var request = new HttpRequestMessage(method, address) { Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        request.Headers.TryAddWithoutValidation(HttpNames.ProtocolHeader, HttpNames.ProtocolVersion);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation(_credentialHeader, authorization);
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", HttpNames.Json);
            // A coordinator that refuses it says so before it is sent; in the midst of it, the connection may end before the words arrive.
            request.Headers.ExpectContinue = bytes.Length > LargeBody ? true : null;
        }
        return request;
    }

    /// <summary>What became of a connection, in words.</summary>
    public AttemptFailedException Failed(Exception error) => error switch
    {
        AttemptFailedException failure => failure,
        OperationCanceledException => new($"it does not answer within {_options.AnswerWithin.TotalSeconds:0.#} s", AttemptFailure.Hopeless, error),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
            $"no secure connection can be made ({Innermost(error)}); check its certificate, and whether it serves https there", AttemptFailure.NotSent, error),
        HttpRequestException { HttpRequestError: var kind } => new(
            Innermost(error), NothingSent.Contains(kind) ? AttemptFailure.NotSent : AttemptFailure.Lost, error),
        IOException => new(Innermost(error), AttemptFailure.Lost, error),
        ObjectDisposedException => new("this client was closed", AttemptFailure.Hopeless, error),
        JsonException or FormatException or InvalidOperationException => new("its answer cannot be read", AttemptFailure.Lost, error),
        _ => new(error.Message, AttemptFailure.Hopeless, error),
    };

    public void Dispose() => _http.Dispose();

    private async Task<T> AgainAsync<T>(Outage outage, Func<Task<T>> attempt, bool isRepeatable, CancellationToken cancellationToken)
    {
        try
        {
            return await _reconnection.RunAsync(outage, attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (AttemptFailedException last)
        {
            var unknown = last.Kind != AttemptFailure.NotSent && !isRepeatable ? " It is unknown whether the call took effect." : "";
            throw new CoordinatorUnreachableException($"The coordinator at {_address} cannot be reached: {last.Message}.{unknown}", last);
        }
    }

    private async Task<T> AttemptAsync<T>(HttpCall<T> call)
    {
        var size = call.Body?.Written.Length ?? 0;
        using var limit = new CancellationTokenSource(call.Wait + _options.AnswerWithin + TimeSpan.FromSeconds(size / SlowestBytesPerSecond), _time);
        call.Attempts(limit);
        using var request = Request(call.Method, call.Address, call.Authorization, call.Body?.Written);
        try
        {
            using var answer = await SendAsync(request, limit.Token).ConfigureAwait(false);
            var value = await ReadAsync(answer, call.Read, limit.Token).ConfigureAwait(false);
            if (call is { Body: { } body, Tries: 1 })
                _buffers.Return(body); // what failed may still be read by whoever sends it
            return value;
        }
        catch (Exception error) when (error is not PyremtoException)
        {
            var failure = Failed(error);
            if (failure.Kind == AttemptFailure.NotSent)
                call.WasNotSent();
            if (ReferenceEquals(failure, error))
                throw;
            throw failure;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            await AnswerCheck.RequireAsync(answer, cancellationToken).ConfigureAwait(false);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private static async ValueTask<T> ReadAsync<T>(HttpResponseMessage answer, ReadAnswer<T> read, CancellationToken cancellationToken)
    {
        var expected = answer.Content.Headers.ContentLength;
        if (expected >= LongestAnswer)
            throw TooLong();
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var bytes = ArrayPool<byte>.Shared.Rent((int)(expected ?? FirstRead) + 1);
        try
        {
            var length = 0;
            while (true)
            {
                var count = await stream.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += count;
                if (count == 0 || length == expected)
                    return Read(bytes.AsSpan(0, length), read);
                if (length == bytes.Length)
                    Grow(ref bytes);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static T Read<T>(ReadOnlySpan<byte> body, ReadAnswer<T> read)
    {
        try
        {
            return read(body);
        }
        catch (PyremtoException error) // what a coordinator refuses comes as a problem; this is an answer that makes no sense
        {
            throw new AttemptFailedException("its answer cannot be read", AttemptFailure.Lost, error);
        }
    }

    private static void Grow(ref byte[] bytes)
    {
        if (bytes.Length >= LongestAnswer)
            throw TooLong();
        var larger = ArrayPool<byte>.Shared.Rent(bytes.Length * 2);
        bytes.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }

    private static AttemptFailedException TooLong() => new("its answer is too long", AttemptFailure.Hopeless);

    private static string Innermost(Exception error) => error.GetBaseException().Message.TrimEnd('.');
}
