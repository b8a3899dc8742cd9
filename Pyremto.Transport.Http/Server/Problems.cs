using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>Errors as RFC 9457 has them, with the code and the words of <see cref="PyremtoException"/>.</summary>
internal sealed partial class Problems(Answers answers, IRandomSource random, ILogger logger)
{
    private const int RetryStoreAfterSeconds = 1;

    /// <summary>Answers an error, unless the answer is on its way already: then the connection ends, so that nobody takes half for the whole.</summary>
    public async Task AnswerAsync(HttpContext context, Exception error, bool tokenSuffices)
    {
        if (error is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
            return; // nobody listens
        if (context.Response.HasStarted)
        {
            if (error is not PyremtoException)
                LogUnforeseen(logger, "a stream was cut", error);
            context.Abort();
            return;
        }
        var (status, code, detail) = Describe(context, error, tokenSuffices);
        var headers = context.Response.Headers;
        headers.ContentDisposition = headers.ETag = default; // of the answer that this takes the place of
        if (status == StatusCodes.Status401Unauthorized)
            headers.WWWAuthenticate = TakesPrompt(context.Request)
                ? "Basic realm=\"Pyremto\", charset=\"UTF-8\""
                : "Bearer realm=\"Pyremto\"";
        if (RetryAfter(error) is { } seconds)
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var problem = new ProblemAnswer("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, code);
        await answers.JsonAsync(context, problem, HttpJson.Default.ProblemAnswer, status, HttpNames.Problem).ConfigureAwait(false);
    }

    private static int StatusOf(HttpContext context, PyremtoException error, bool tokenSuffices) => error.Code switch
    {
        ErrorCodes.TagUnknown => StatusCodes.Status404NotFound,
        ErrorCodes.TagTaken or ErrorCodes.JobsAlreadySetUp or ErrorCodes.NotHeld => StatusCodes.Status409Conflict,
        // A view token that is not enough is not answered by a browser's prompt for a password.
        ErrorCodes.WrongPassword => !tokenSuffices && HasToken(context) ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized,
        ErrorCodes.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCodes.InvalidJob or ErrorCodes.InvalidRequest => StatusCodes.Status400BadRequest,
        ErrorCodes.Banned => StatusCodes.Status429TooManyRequests,
        ErrorCodes.StoreUnavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorCodes.CoordinatorUnreachable => StatusCodes.Status502BadGateway,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static bool HasToken(HttpContext context) =>
        Credential.IsSent(context.Request) ? Credential.IsToken(context.Request) : ViewCookie.IsUsedBy(context);

    /// <summary>Whether a browser may ask for the password itself: it sends what it is told in the header Authorization.</summary>
    private static bool TakesPrompt(HttpRequest request) => !IsScripted(request) && !Credential.IsHosts(request);

    /// <summary>Whether a script asks, which does so itself where a password is missing: a browser's own prompt would come between.</summary>
    private static bool IsScripted(HttpRequest request) =>
        request.Headers.Accept is [HttpNames.Json or HttpNames.EventStream]
        || (request.Headers.TryGetValue("Sec-Fetch-Mode", out var mode) && mode != "navigate");

    private static long? RetryAfter(Exception error) => error switch
    {
        BannedException banned => Math.Max(1, (long)Math.Ceiling(banned.RetryAfter.TotalSeconds)),
        StoreUnavailableException or CoordinatorUnreachableException => RetryStoreAfterSeconds,
        _ => null,
    };

    private (int Status, string Code, string Detail) Describe(HttpContext context, Exception error, bool tokenSuffices)
    {
        switch (error)
        {
            case PyremtoException known:
                return (StatusOf(context, known, tokenSuffices), known.Code, known.Message);
            case HttpRefusal refusal:
                return (refusal.Status, refusal.Code, refusal.Message);
            case BadHttpRequestException bad:
                return (bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorCodes.TooLarge : ErrorCodes.InvalidRequest, bad.Message);
            default:
                var id = random.NextWord(12);
                LogUnforeseen(logger, id, error);
                return (StatusCodes.Status500InternalServerError, ErrorCodes.InternalError, $"Internal error {id}: the coordinator's log says more.");
        }
    }
}
