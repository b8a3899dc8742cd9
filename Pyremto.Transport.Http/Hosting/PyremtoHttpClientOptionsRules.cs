using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>Checks the ranges of the client's options.</summary>
internal sealed class PyremtoHttpClientOptionsRules : IValidateOptions<PyremtoHttpClientOptions>
{
    public ValidateOptionsResult Validate(string? name, PyremtoHttpClientOptions options)
    {
        var failures = new List<string>();
        Check(nameof(options.ReconnectFor), options.ReconnectFor, TimeSpan.Zero, TimeSpan.FromHours(1), "zero to 1 hour");
        Check(nameof(options.ConnectTimeout), options.ConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), "100 milliseconds to 5 minutes");
        Check(nameof(options.AnswerWithin), options.AnswerWithin, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "1 second to 1 hour");
        if (options.OperatorKey is { } key && (key.Length == 0 || key.Any(character => character is <= ' ' or > '~')))
            failures.Add($"{PyremtoHttpClientOptions.SectionName}:OperatorKey is empty, or holds characters that no key has.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string option, TimeSpan value, TimeSpan least, TimeSpan most, string range)
        {
            if (value < least || value > most)
                failures.Add($"{PyremtoHttpClientOptions.SectionName}:{option} is {value}; it has to be from {range}.");
        }
    }
}
