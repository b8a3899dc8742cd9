using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>Checks the ranges that stand at the options.</summary>
[OptionsValidator]
internal sealed partial class PyremtoOptionsValidator : IValidateOptions<PyremtoOptions>;

/// <summary>Checks what no attribute can say.</summary>
internal sealed class RetentionValidator : IValidateOptions<PyremtoOptions>
{
    public ValidateOptionsResult Validate(string? name, PyremtoOptions options) =>
        options.Retention is { } retention && retention < TimeSpan.Zero
            ? ValidateOptionsResult.Fail($"Pyremto:Retention is {retention}; it has to be positive, or zero to keep tags for ever.")
            : ValidateOptionsResult.Success;
}

/// <summary>Refuses calls of the builder that contradict each other.</summary>
internal sealed class SchedulerSourceValidator(IEnumerable<SchedulerSource> sources) : IValidateOptions<PyremtoOptions>
{
    public ValidateOptionsResult Validate(string? name, PyremtoOptions options)
    {
        var calls = sources.Select(source => source.Call).Distinct(StringComparer.Ordinal).ToArray();
        return calls.Length < 2
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{string.Join(" and ", calls)} contradict each other: a host has one store, or uses one coordinator elsewhere. Leave one.");
    }
}
