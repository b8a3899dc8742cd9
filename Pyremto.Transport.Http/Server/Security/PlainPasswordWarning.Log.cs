using System.Net;
using Microsoft.Extensions.Logging;

namespace Pyremto;

internal sealed partial class PlainPasswordWarning
{
    [LoggerMessage(EventId = 404, Level = LogLevel.Warning,
        Message = "A password or token for the tag '{Tag}' crossed the network from {Address} over plain HTTP, where others can read it: use https, or an SSH tunnel.")]
    private static partial void LogPlainPassword(ILogger logger, string tag, IPAddress address);
}
