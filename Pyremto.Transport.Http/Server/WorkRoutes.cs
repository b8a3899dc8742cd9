using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>What workers ask: work, with reports, and signs of life (S2–S11, S20).</summary>
internal sealed class WorkRoutes(PyremtoServer server)
{
    private static readonly RequestBody.Parse<ExchangeRequest> Exchange = static body => WireJson.ReadExchangeRequest(body);
    private static readonly RequestBody.Parse<GiveUpBody> GivingUp = RequestBody.Contract(HttpJson.Default.GiveUpBody);

    private static readonly Action<JsonBuffer, ExchangeAnswer> OurAnswer = static (buffer, answer) => WireJson.Write(buffer.Json, answer);
    private static readonly Action<JsonBuffer, ExchangeAnswer> FlatAnswerOfOne = static (buffer, answer) => FlatAnswer.Write(buffer.Json, answer, severalWanted: false);
    private static readonly Action<JsonBuffer, ExchangeAnswer> FlatAnswerOfSeveral = static (buffer, answer) => FlatAnswer.Write(buffer.Json, answer, severalWanted: true);

    private readonly WaitingCalls _waiting = new();

    private const string StoppingMessage = "The coordinator is stopping; ask again when it is back.";

    /// <summary>Reports in, work out, for the tags that the body names.</summary>
    public async Task NextAsync(HttpContext context)
    {
        var request = await server.Body.ReadAsync(context, Exchange).ConfigureAwait(false);
        var refused = await AdmitAsync(context, request.Tags).ConfigureAwait(false);
        await ExchangeAsync(context, request, refused).ConfigureAwait(false);
    }

    /// <summary>The same for the tag in the route; without a body it asks for one job.</summary>
    public async Task NextOfTagAsync(HttpContext context)
    {
        var request = await server.Body.ReadOptionalAsync(context, Exchange).ConfigureAwait(false)
            ?? new ExchangeRequest();
        if (request.Tags.Count > 0)
            throw new InvalidRequestException("This route names its tag itself: leave 'tags' out, or use /api/next.");
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        await ExchangeAsync(context, request with { Tags = [access] }).ConfigureAwait(false);
    }

    /// <summary>A sign of life for jobs of the tags that the body names.</summary>
    public async Task HeartbeatAsync(HttpContext context)
    {
        var heartbeat = await server.Body.ReadAsync(context, WireJson.ReadHeartbeat).ConfigureAwait(false);
        var refused = await AdmitAsync(context, heartbeat.Tags).ConfigureAwait(false);
        await BeatAsync(context, heartbeat, refused).ConfigureAwait(false);
    }

    /// <summary>The same for the tag in the route.</summary>
    public async Task HeartbeatOfTagAsync(HttpContext context)
    {
        var heartbeat = await server.Body.ReadAsync(context, WireJson.ReadHeartbeat).ConfigureAwait(false);
        if (heartbeat.Tags.Count > 0)
            throw new InvalidRequestException("This route names its tag itself: leave 'tags' out, or use /api/heartbeat.");
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        await BeatAsync(context, heartbeat with { Tags = [access] }).ConfigureAwait(false);
    }

    /// <summary>
    /// Ends a request that waits for work, and that its caller wants no more: it is answered with nothing at all, and nothing was given.
    /// So our own clients know what became of it, which they would not if they hung up.
    /// </summary>
    public async Task GiveUpAsync(HttpContext context)
    {
        var body = await server.Body.ReadAsync(context, GivingUp).ConfigureAwait(false);
        var tags = await server.Gate.AdmitSomeAsync(context.Connection.RemoteIpAddress, body.Tags).ConfigureAwait(false);
        var calls = _waiting.GiveUp(body.Worker, body.RequestId, tags) ? 1 : 0;
        await server.Answers.JsonAsync(context, new GivenUpAnswer(calls), HttpJson.Default.GivenUpAnswer).ConfigureAwait(false);
    }

    /// <summary>One exchange, and its answer.</summary>
    private async Task ExchangeAsync(HttpContext context, ExchangeRequest request, IReadOnlyList<RefusedTag>? refused = null)
    {
        if (await AskAsync(context, refused is null ? request : request.Without(refused)).ConfigureAwait(false) is not { } answer)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        NoteRefused(context, request.Tags, answer.RefusedTags);
        if (refused is not null)
            answer = answer.Refusing(request, refused);
        var write = context.Request.Headers.ContainsKey(HttpNames.ProtocolHeader) ? OurAnswer : request.Count > 1 ? FlatAnswerOfSeveral : FlatAnswerOfOne;
        await server.Work.SendAsync(context, request, answer, write).ConfigureAwait(false);
    }

    /// <summary>Asks the scheduler; null if the caller gave up and was given nothing.</summary>
    private async ValueTask<ExchangeAnswer?> AskAsync(HttpContext context, ExchangeRequest request)
    {
        try
        {
            if (request.Wait <= TimeSpan.Zero)
                return await server.Scheduler.ExchangeAsync(request, context.RequestAborted).ConfigureAwait(false);
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, server.Stopping);
            using var waiting = _waiting.Enter(request, gone);
            try
            {
                return await server.Scheduler.ExchangeAsync(request, gone.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (waiting.IsGivenUp)
            {
                return null;
            }
        }
        catch (OperationCanceledException) when (server.Stopping.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            throw new StoreUnavailableException(StoppingMessage);
        }
        catch (WrongPasswordException)
        {
            server.Gate.Refused(context.Connection.RemoteIpAddress, request.Tags);
            throw;
        }
    }

    /// <summary>Passwords that the scheduler refused after all are worth nothing any more.</summary>
    private void NoteRefused(HttpContext context, IReadOnlyList<TagAccess> tags, IReadOnlyList<RefusedTag> refused)
    {
        if (refused.Count > 0)
        {
            server.Gate.Refused(
                context.Connection.RemoteIpAddress,
                tags.Where(access => refused.Any(tag => tag.Tag == access.Tag && tag.Code == ErrorCodes.WrongPassword)));
        }
    }

    private async Task BeatAsync(HttpContext context, Heartbeat heartbeat, IReadOnlyList<RefusedTag>? refused = null)
    {
        HeartbeatAnswer answer;
        try
        {
            answer = await server.Scheduler.HeartbeatAsync(
                refused is null ? heartbeat : heartbeat.Without(refused), context.RequestAborted).ConfigureAwait(false);
        }
        catch (WrongPasswordException)
        {
            server.Gate.Refused(context.Connection.RemoteIpAddress, heartbeat.Tags);
            throw;
        }
        NoteRefused(context, heartbeat.Tags, answer.RefusedTags ?? []);
        if (refused is not null)
            answer = answer.Refusing(heartbeat, refused);
        await server.Answers.JsonAsync(context, answer, StrictJson.Contracts.HeartbeatAnswer).ConfigureAwait(false);
    }

    /// <summary>Lets a request on. One of several tags that is refused costs only itself (S5); null where none is.</summary>
    private async ValueTask<IReadOnlyList<RefusedTag>?> AdmitAsync(HttpContext context, IReadOnlyList<TagAccess> tags)
    {
        if (tags.Count > TagDefaults.MostTagsInARequest || (tags.Count > 1 && tags.DistinctBy(access => access.Tag, StringComparer.Ordinal).Count() < tags.Count))
            return null; // the scheduler refuses it
        List<RefusedTag>? refused = null;
        PyremtoException? first = null;
        foreach (var access in tags)
        {
            try
            {
                await server.Gate.AdmitAsync(context.Connection.RemoteIpAddress, access).ConfigureAwait(false);
                server.PlainPasswords.Look(context, access);
            }
            catch (PyremtoException error) when (tags.Count > 1 && RefusedTag.IsMeantBy(error))
            {
                first = first is null || error is BannedException ? error : first; // a ban passes, and hides what else would be said
                (refused ??= []).Add(new RefusedTag(access.Tag, error.Code, error.Message));
            }
        }
        if (refused?.Count == tags.Count)
            ExceptionDispatchInfo.Throw(first!);
        RequestBody.Verified(context);
        return refused;
    }
}
