using System.ComponentModel.DataAnnotations;

namespace Pyremto;

/// <summary>The limits and habits of a coordinator (S16, S17). Bound from the configuration section <c>Pyremto</c>, validated at start.</summary>
public sealed class PyremtoOptions
{
    /// <summary>The configuration section that is bound.</summary>
    public const string SectionName = "Pyremto";

    /// <summary>The most bytes (UTF-8) that the descriptions of a tag may have together, before repetitions (S16).</summary>
    /// <value>The default is 1 MiB. From 1 to 1 TiB.</value>
    [Range(1, 1L << 40)]
    public long MaxDescriptionBytes { get; set; } = 1 << 20;

    /// <summary>The most jobs that a tag may have, repetitions included (S16).</summary>
    /// <value>The default is 1,000,000. From 1 to 100,000,000.</value>
    [Range(1, 100_000_000)]
    public int MaxJobs { get; set; } = 1_000_000;

    /// <summary>The most tags that the coordinator keeps at a time.</summary>
    /// <value>The default is 100,000. From 1 to 10,000,000.</value>
    [Range(1, 10_000_000)]
    public int MaxTags { get; set; } = 100_000;

    /// <summary>The most bytes (UTF-8) that a result may have (S16).</summary>
    /// <value>The default is 1 MiB. From 2 to 1 GiB.</value>
    [Range(2, 1 << 30)]
    public int MaxResultBytes { get; set; } = 1 << 20;

    /// <summary>How long a tag without activity is kept (S17); null or zero for ever.</summary>
    /// <value>The default is 30 days.</value>
    public TimeSpan? Retention { get; set; } = TimeSpan.FromDays(30);
}
