using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>What became of a hand-out.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<HandOutState>))]
public enum HandOutState
{
    /// <summary>It may still bring a result as far as is known.</summary>
    Live,

    /// <summary>Its worker is believed gone; a late result is still welcome.</summary>
    Lost,

    /// <summary>Its worker reported a failure.</summary>
    Failed,

    /// <summary>Its worker gave it back; the attempt is not spent.</summary>
    Released,

    /// <summary>It brought the result that counts.</summary>
    Done,

    /// <summary>Another hand-out brought the result first.</summary>
    Superseded,

    /// <summary>The owner cancelled the job.</summary>
    Cancelled,
}
