using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>Says at start, in words, what is wrong with a worker's options.</summary>
internal sealed class WorkerOptionsValidator(IEnumerable<SchedulerSource> sources) : IValidateOptions<WorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerOptions options)
    {
        var problems = Problems(options).Concat(ProblemsElsewhere(options)).Select(problem => $"Worker '{name}': {problem}").ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> ProblemsElsewhere(WorkerOptions options)
    {
        if (options.TagPrefix is not null && sources.LastOrDefault() is { CreateScheduler: not null, Call: var call })
            yield return $"TagPrefix works in the coordinator's own process alone, and with {call} that is another; name the tags.";
    }

    private static IEnumerable<string> Problems(WorkerOptions options)
    {
        var ways = (options.Tag is null ? 0 : 1) + (options.Tags.Count == 0 ? 0 : 1) + (options.TagPrefix is null ? 0 : 1);
        if (ways == 0)
            yield return "it has no tag to work for; set Tag, Tags or TagPrefix.";
        if (ways > 1)
            yield return "only one of Tag, Tags and TagPrefix can be set.";
        if (options.Tag is "")
            yield return "Tag is empty.";
        if (options is { Password: not null, Tag: null })
            yield return "Password belongs to Tag; in Tags each tag has its own.";
        if (options.Tags.Count > TagDefaults.MostTagsInARequest)
            yield return $"Tags has {options.Tags.Count} entries, {TagDefaults.MostTagsInARequest} are allowed.";
        if (options.Tags.Any(tag => string.IsNullOrEmpty(tag.Tag)))
            yield return "a tag in Tags has no name.";
        if (options.Tags.DistinctBy(tag => tag.Tag, StringComparer.Ordinal).Count() < options.Tags.Count)
            yield return "a tag is in Tags more than once.";
        if (options.Concurrency is < 1 or > 1024)
            yield return $"Concurrency is {options.Concurrency}; it goes from 1 to 1024.";
        if (options.JobTimeout <= TimeSpan.Zero || options.JobTimeout > TimeSpan.FromDays(1000))
            yield return $"JobTimeout is {options.JobTimeout}; it has to be more than zero and at most 1000 days, or null for no limit.";
        if (options.MaxFailuresInARow < 0)
            yield return $"MaxFailuresInARow is {options.MaxFailuresInARow}; it cannot be negative, null means never.";
        if (options.EndAfterFailures < 0)
            yield return $"EndAfterFailures is {options.EndAfterFailures}; it cannot be negative, null means never.";
        if (options.MaxRetryDelay < TimeSpan.FromSeconds(1) || options.MaxRetryDelay > TimeSpan.FromHours(1))
            yield return $"MaxRetryDelay is {options.MaxRetryDelay}; it goes from 1 second to 1 hour.";
        if (!Enum.IsDefined(options.WhenNothingLeft))
            yield return $"WhenNothingLeft is {options.WhenNothingLeft}, which is not one of its values.";
        if (options.MaxJobs < 1)
            yield return $"MaxJobs is {options.MaxJobs}; it has to be at least 1, or null for any number.";
        if (options.IdleTimeout <= TimeSpan.Zero || options.IdleTimeout > TimeSpan.FromDays(1000))
            yield return $"IdleTimeout is {options.IdleTimeout}; it has to be more than zero and at most 1000 days, or null for never.";
        if (options.HandlerGrace < TimeSpan.Zero || options.HandlerGrace > TimeSpan.FromDays(1))
            yield return $"HandlerGrace is {options.HandlerGrace}; it goes from zero to 1 day, or null for the usual.";
        if (options.FinishWithin < TimeSpan.Zero || options.FinishWithin > TimeSpan.FromDays(1))
            yield return $"FinishWithin is {options.FinishWithin}; it goes from zero to 1 day, or null for as long as the host allows.";
    }
}
