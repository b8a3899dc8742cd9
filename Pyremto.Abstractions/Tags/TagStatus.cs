using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>Where a tag's work as a whole stands.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<TagStatus>))]
public enum TagStatus
{
    /// <summary>Its jobs are not set up yet.</summary>
    NotSetUp,

    /// <summary>There is work, waiting or in progress.</summary>
    Running,

    /// <summary>The owner paused it.</summary>
    Paused,

    /// <summary>Only exhausted jobs are left.</summary>
    Drained,

    /// <summary>Every job is done or cancelled.</summary>
    Done,
}
