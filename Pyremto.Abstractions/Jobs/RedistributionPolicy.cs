using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>When a job that was handed out may be handed out once more, attempts permitting.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RedistributionPolicy>))]
public enum RedistributionPolicy
{
    /// <summary>
    /// Also while another worker still has it, once nothing else is left: an idle machine shortens the tail. Never to the worker that
    /// has it itself. This is pyremto's way and the default.
    /// </summary>
    WhenIdle,

    /// <summary>Only after it was lost, failed or released: no machine computes what another is computing.</summary>
    WhenLost,
}
