using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// Writes why a v2 call was refused, as problem details. The Python client takes any status but 200 for a failure and shows no more; the
/// words are for who looks closer.
/// </summary>
internal static partial class V2Refusal
{
    public static async Task WriteAsync(HttpContext context, Exception error, ILogger logger)
    {
        var response = context.Response;
        if (response.HasStarted) // part of it is on its way, which the caller must not take for the whole
        {
            if (error is not PyremtoException)
                LogUnforeseen(logger, error, context.TraceIdentifier);
            context.Abort();
            return;
        }
        var (status, code, message) = Describe(error, context.TraceIdentifier);
        if (status == StatusCodes.Status500InternalServerError)
            LogUnforeseen(logger, error, context.TraceIdentifier);
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.ContentLength = null;
        if (error is BannedException banned)
            response.Headers.RetryAfter = Math.Ceiling(banned.RetryAfter.TotalSeconds).ToString("0");
        else if (status == StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = "1";
        var writer = new Utf8JsonWriter(response.BodyWriter);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            writer.WriteNumber("status", status);
            writer.WriteString("code", code);
            writer.WriteString("detail", message);
            writer.WriteEndObject();
        }
        await response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static (int Status, string Code, string Message) Describe(Exception error, string id) => error switch
    {
        WrongPasswordException known => (StatusCodes.Status401Unauthorized, known.Code, known.Message),
        TagUnknownException known => (StatusCodes.Status404NotFound, known.Code, known.Message),
        TagTakenException known => (StatusCodes.Status409Conflict, known.Code, known.Message),
        TooLargeException known => (StatusCodes.Status413PayloadTooLarge, known.Code, known.Message),
        BannedException known => (StatusCodes.Status429TooManyRequests, known.Code, known.Message),
        StoreUnavailableException or CoordinatorUnreachableException =>
            (StatusCodes.Status503ServiceUnavailable, ((PyremtoException)error).Code, error.Message),
        InternalErrorException known => (StatusCodes.Status500InternalServerError, known.Code, known.Message),
        PyremtoException known => (StatusCodes.Status400BadRequest, known.Code, known.Message),
        BadHttpRequestException bad => (bad.StatusCode, ErrorCodes.InvalidRequest, bad.Message),
        _ => (StatusCodes.Status500InternalServerError, ErrorCodes.InternalError, $"Something unforeseen happened; the log tells more of it under '{id}'."),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A pyremto v2 call failed unforeseen ({Id}).")]
    private static partial void LogUnforeseen(ILogger logger, Exception error, string id);
}
