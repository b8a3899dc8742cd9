using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Client;

/// <summary>Clients as <c>UseHttp</c> makes them, and workers that use one.</summary>
internal static class HttpClients
{
    public static HttpScheduler Create(string url, Action<PyremtoHttpClientOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new PyremtoHttpClientOptions { AnswerWithin = TimeSpan.FromHours(1) };
        configure?.Invoke(options);
        return new HttpScheduler(
            CoordinatorAddress.Parse(url, nameof(url)), new HttpMessageInvoker(CoordinatorConnections.Create(options)), options,
            time ?? TimeProvider.System, new SeededRandom(3), NullLogger.Instance);
    }

    /// <summary>Workers that go on whatever happens to the network, each time with the request id that an answer is still missing for.</summary>
    public static Task WorkAsync(IJobScheduler scheduler, TagAccess tag, int workers, Action? done = null) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => WorkAsync(scheduler, tag, $"w{worker}", done))));

    private static async Task WorkAsync(IJobScheduler scheduler, TagAccess tag, string worker, Action? done)
    {
        var request = new ExchangeRequest { Tags = [tag], Worker = worker };
        for (var exchange = 0; ; exchange++)
        {
            request = request with { RequestId = $"{exchange}" };
            var answer = await AskAsync();
            if (!answer.HasJob)
                return;
            done?.Invoke();
            request = request with { Done = [.. answer.Jobs.Select(job => new DoneReport(job.JobId, JsonText.Parse($$"""{"y":{{job.JobId}}}"""), job.Attempt))] };
        }

        async Task<ExchangeAnswer> AskAsync()
        {
            while (true)
            {
                try
                {
                    return await scheduler.ExchangeAsync(request, CancellationToken.None);
                }
                catch (Exception error) when (error is CoordinatorUnreachableException or StoreUnavailableException)
                {
                    // It is asked again, as workers do; the client itself has paused.
                }
            }
        }
    }
}
