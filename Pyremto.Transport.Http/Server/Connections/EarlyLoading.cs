using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Pyremto;

/// <summary>
/// Loads what a request may be the first to need, while there are descriptors for it: an assembly that could not be opened once is not
/// tried again for as long as the process lives.
/// </summary>
internal static class EarlyLoading
{
    private static readonly JobResult Example = new()
    {
        JobId = 0,
        Description = JsonText.Parse("""{"x":0.5}"""),
        Result = JsonText.Parse("""{"y":[1,"text"]}"""),
        Attempt = 1,
    };

    /// <summary>
    /// Writes results in every format, draws a code and bans an address, all for nobody. What fails fails again for the request that needs it.
    /// </summary>
    public static async Task RunAsync(IServiceProvider services)
    {
        try
        {
            foreach (var writer in services.GetServices<IResultWriter>())
                await writer.WriteAsync(static _ => Results(), Stream.Null, CancellationToken.None).ConfigureAwait(false);
            if (services.GetService<IQrCodeWriter>() is { } codes)
            {
                codes.WriteSvg("x");
                codes.WritePng("x");
            }
            _ = new ContentDispositionHeaderValue("inline").ToString();
            using var bans = new AddressBans(maxOffences: 1, TimeSpan.FromMinutes(1), TimeProvider.System);
            bans.Offend(IPAddress.Loopback);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // It may be a writer of the host's, which does not like what it is given here.
        }
    }

    private static IAsyncEnumerable<JobResult> Results() => new[] { Example }.ToAsyncEnumerable();
}
