using System.Net;
using System.Text.Json;

namespace Pyremto;

/// <summary>Tells a coordinator's answer from that of whatever else may answer at its address, and its errors from its answers.</summary>
internal static class AnswerCheck
{
    private const int LongestProblem = 256 << 10;

    /// <summary>Returns if the answer is what was asked for.</summary>
    /// <exception cref="PyremtoException">The coordinator refuses.</exception>
    /// <exception cref="AttemptFailedException">It is no coordinator's answer.</exception>
    public static ValueTask RequireAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!answer.Headers.NonValidated.TryGetValues(HttpNames.ProtocolHeader, out var version))
            throw Foreign(answer);
        if (version.ToString() != HttpNames.ProtocolVersion)
        {
            throw new InvalidRequestException(
                $"The coordinator speaks version {Cut(version.ToString(), 16)} of the protocol, this client version {HttpNames.ProtocolVersion}: use the same release of Pyremto on both sides.");
        }
        return answer.IsSuccessStatusCode ? default : new ValueTask(ThrowProblemAsync(answer, cancellationToken));
    }

    private static async Task ThrowProblemAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        ProblemAnswer? problem = null;
        if (answer.Content.Headers.ContentType?.MediaType == HttpNames.Problem)
        {
            try
            {
                await answer.Content.LoadIntoBufferAsync(LongestProblem, cancellationToken).ConfigureAwait(false);
                var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                problem = await JsonSerializer.DeserializeAsync(body, HttpJson.Default.ProblemAnswer, cancellationToken).ConfigureAwait(false);
            }
            catch (JsonException error)
            {
                throw new AttemptFailedException("the coordinator's answer cannot be read", AttemptFailure.Lost, error);
            }
        }
        throw problem is null
            ? new AttemptFailedException($"the coordinator answers {Status(answer)} without saying why", AttemptFailure.Hopeless)
            : PyremtoException.FromCode(problem.Code, problem.Detail, answer.Headers.RetryAfter?.Delta);
    }

    /// <summary>Says what to do about an answer that no coordinator gave.</summary>
    private static AttemptFailedException Foreign(HttpResponseMessage answer)
    {
        var status = Status(answer);
        return answer.StatusCode switch
        {
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => new(
                $"something before it answers {status}, so that it may be down", AttemptFailure.Lost),
            HttpStatusCode.ProxyAuthenticationRequired => Hopeless($"the proxy on the way wants credentials ({status})"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Hopeless($"something before it wants credentials ({status})"),
            HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect
                or HttpStatusCode.PermanentRedirect => Hopeless($"the address leads elsewhere{Target(answer)} ({status}); if the coordinator is there, use that address"),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => Hopeless(
                $"a server answers, but has no coordinator there ({status}); check port and path of the address"),
            HttpStatusCode.RequestEntityTooLarge => Hopeless($"something before it takes no request of that size ({status})"),
            _ => Hopeless($"what answers is no Pyremto coordinator ({status}, {answer.Content.Headers.ContentType?.MediaType ?? "no content"}), but perhaps a proxy or a login page"),
        };
    }

    /// <summary>Where it leads, without what may be secret in it.</summary>
    private static string Target(HttpResponseMessage answer) =>
        answer.Headers.Location is { IsAbsoluteUri: true } target ? $", to {Cut($"{target.Scheme}://{target.Authority}", 128)}" : "";

    private static AttemptFailedException Hopeless(string problem) => new(problem, AttemptFailure.Hopeless);

    private static string Status(HttpResponseMessage answer) => $"HTTP {(int)answer.StatusCode}";

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "…";
}
