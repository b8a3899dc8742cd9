using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// Runs calls for callers who may give them up. The request is not simply hung up: then nobody knew whether it took effect. The caller
/// waits for the coordinator's verdict, which a request that waits for work gets by a second one; where none comes in time, or the
/// connection breaks meanwhile, the caller goes on, and what it may have been given is fetched with the same request id and given back
/// (S8). Thread-safe.
/// </summary>
internal sealed partial class CallRunner(CoordinatorClient client, CoordinatorAddress address, TimeProvider time, ILogger logger)
{
    /// <summary>How long a caller who gave up waits for the coordinator to say whether the call took place.</summary>
    private static readonly TimeSpan VerdictWithin = TimeSpan.FromSeconds(10);

    /// <summary>How long until a coordinator is told again that a call was given up which has not arrived there yet.</summary>
    private static readonly TimeSpan TellAgainAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>What a call that was given up is answered with.</summary>
    private static readonly ExchangeAnswer GivenUp = new() { State = NextState.Wait };

    /// <summary>Makes a call. Whether one that is given up takes place is known when this returns, but for a coordinator that does not
    /// answer.</summary>
    public async ValueTask<T> RunAsync<T>(HttpCall<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var running = client.CallAsync(call);
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await call.GivenUp.CancelAsync().ConfigureAwait(false);
            return await VerdictAsync(call, running, onNone: null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes an exchange; its reports are sent even if it is given up already, where the coordinator takes them at once
    /// (S5).</summary>
    public async ValueTask<ExchangeAnswer> RunAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasReports)
            cancellationToken.ThrowIfCancellationRequested();
        var call = Exchange(request);
        var running = client.CallAsync(call);
        try
        {
            var answer = await running.WaitAsync(cancellationToken).ConfigureAwait(false);
            return !ReferenceEquals(answer, GivenUp) ? answer
                : throw new StoreUnavailableException("Another gave this request up, who used the same request id; repeat it.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await call.GivenUp.CancelAsync().ConfigureAwait(false);
            if (request.Wait > TimeSpan.Zero && request.RequestId is not null)
                _ = TellAsync(request, running);
            var answer = await VerdictAsync(call, running, () => _ = GiveBackAsync(request, call, running), cancellationToken).ConfigureAwait(false);
            return !ReferenceEquals(answer, GivenUp) ? answer : throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>What became of a call that was given up.</summary>
    /// <param name="call">The call.</param>
    /// <param name="running">It, as it runs.</param>
    /// <param name="onNone">What to do where nobody says so; null ends it.</param>
    /// <param name="cancellationToken">By what it was given up.</param>
    private async Task<T> VerdictAsync<T>(HttpCall<T> call, Task<T> running, Action? onNone, CancellationToken cancellationToken)
    {
        try
        {
            return await running.WaitAsync(VerdictWithin, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not PyremtoException || error is CoordinatorUnreachableException)
        {
            if (onNone is null)
                call.Abort();
            else
                onNone();
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
    }

    /// <summary>Tells the coordinator that a call which waits there is given up: until it has heard it, or the call has ended.</summary>
    private async Task TellAsync(ExchangeRequest request, Task running)
    {
        try
        {
            while (!running.IsCompleted)
            {
                var body = client.RentBody();
                JsonSerializer.Serialize(body.Json, new GiveUpBody(request.RequestId!, request.Tags, request.Worker), HttpJson.Default.GiveUpBody);
                var tell = new HttpCall<GivenUpAnswer>(HttpMethod.Post, address.GiveUp, AnswerJson.Read<GivenUpAnswer>)
                {
                    Body = body,
                };
                var told = await client.CallAsync(tell).WaitAsync(VerdictWithin, time).ConfigureAwait(false);
                if (told.Calls > 0)
                    return;
                await Task.WhenAny(running, Task.Delay(TellAgainAfter, time)).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            LogNotTold(logger, error);
        }
    }

    /// <summary>Gives back what comes, or came, for a caller who is gone.</summary>
    private async Task GiveBackAsync(ExchangeRequest request, HttpCall<ExchangeAnswer> call, Task<ExchangeAnswer> running)
    {
        try
        {
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!running.IsCompletedSuccessfully && (request.Worker is null || request.Count == 0 || !call.MayHaveArrived))
                return; // nobody can know more, or nothing was given
            var answer = running.IsCompletedSuccessfully
                ? await running.ConfigureAwait(false)
                : await client.CallAsync(Exchange(request with { Wait = TimeSpan.Zero })).ConfigureAwait(false);
            if (answer.Jobs.Count == 0)
                return;
            await client.CallAsync(Exchange(request.GivingBack(answer))).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            LogNotGivenBack(logger, request.Worker, error);
        }
    }

    private static ExchangeAnswer Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
            return GivenUp;
        var answer = WireJson.ReadExchangeAnswer(body);
        return answer.HasJob == answer.Jobs.Count > 0 ? answer : throw new JsonException("The answer's state and its jobs contradict each other.");
    }

    private HttpCall<ExchangeAnswer> Exchange(ExchangeRequest request)
    {
        var body = client.RentBody();
        WireJson.Write(body.Json, request);
        return new HttpCall<ExchangeAnswer>(HttpMethod.Post, address.Next, Read)
        {
            Body = body,
            Wait = request.Wait > TagDefaults.LongestWait ? TagDefaults.LongestWait : request.Wait > TimeSpan.Zero ? request.Wait : TimeSpan.Zero,
            IsRepeatable = request.Worker is not null || (request.Count == 0 && request.Failed.Count + request.Released.Count == 0),
        };
    }
}
