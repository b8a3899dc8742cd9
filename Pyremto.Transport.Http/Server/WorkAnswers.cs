using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>Sends answers that hold work. Work that its caller is seen not to get is released (S8). Thread-safe.</summary>
internal sealed class WorkAnswers(IJobScheduler scheduler, Answers answers)
{
    /// <summary>Sends the answer to a request for work.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">The same as the scheduler had it.</param>
    /// <param name="answer">What the scheduler answered.</param>
    /// <param name="write">Writes it as JSON.</param>
    public async Task SendAsync(HttpContext context, ExchangeRequest request, ExchangeAnswer answer, Action<JsonBuffer, ExchangeAnswer> write)
    {
        var isTaken = false;
        var buffer = answers.Rent();
        try
        {
            if (context.RequestAborted.IsCancellationRequested)
                return;
            write(buffer, answer);
            var sent = await Answers.SendAsync(context.Response, buffer, HttpNames.Json).ConfigureAwait(false);
            // Only what the connection did not take is certain not to have come; a caller that hangs up later may have read it.
            isTaken = !sent.IsCompleted && !sent.IsCanceled;
        }
        finally
        {
            answers.Return(buffer);
            if (!isTaken && answer.Jobs.Count > 0)
                await scheduler.ExchangeAsync(request.GivingBack(answer), CancellationToken.None).ConfigureAwait(false);
        }
    }
}
