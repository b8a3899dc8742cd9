using System.Net;
using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>Checks the ranges that stand at the options.</summary>
[OptionsValidator]
internal sealed partial class PyremtoHttpOptionsValidator : IValidateOptions<PyremtoHttpOptions>;

/// <summary>Checks what no attribute can say.</summary>
internal sealed class PyremtoHttpOptionsRules : IValidateOptions<PyremtoHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, PyremtoHttpOptions options)
    {
        var failures = new List<string>();
        if (options.OffenceWindow < TimeSpan.FromMilliseconds(100) || options.OffenceWindow > TimeSpan.FromDays(1))
            failures.Add($"Pyremto:Http:OffenceWindow is {options.OffenceWindow}: from 100 milliseconds to one day is allowed.");
        if (options.RequestHeadersTimeout < TimeSpan.FromMilliseconds(100) || options.RequestHeadersTimeout > TimeSpan.FromHours(1))
            failures.Add($"Pyremto:Http:RequestHeadersTimeout is {options.RequestHeadersTimeout}: from 100 milliseconds to one hour is allowed.");
        if (options.PublicUrl is { } url && !(url.IsAbsoluteUri && url.Scheme is "http" or "https" && url is { Query: "", Fragment: "", UserInfo: "" }))
            failures.Add("Pyremto:Http:PublicUrl has to be an address like https://jobs.example.org, without user, query or fragment.");
        if (options.OperatorKey is { Length: < 16 })
            failures.Add("Pyremto:Http:OperatorKey is too short: it needs at least 16 characters.");
        foreach (var proxy in options.KnownProxies)
        {
            if (!IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
                failures.Add($"Pyremto:Http:KnownProxies names '{proxy}', which is no address and no network like 10.0.0.0/8.");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
