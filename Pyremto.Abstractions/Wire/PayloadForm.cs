namespace Pyremto;

/// <summary>How a <see cref="JsonText"/> stands in a message.</summary>
public enum PayloadForm
{
    /// <summary>As the JSON value that it is; a <c>NaN</c> or <c>Infinity</c> that Python wrote is <c>null</c>.</summary>
    Plain,

    /// <summary>
    /// The same, but a text with <c>NaN</c> or <c>Infinity</c>, which is no valid JSON, stands as a string that holds it. For transports
    /// between parts of ours, so that a reader of the v2 protocol behind a relay gets what was written.
    /// </summary>
    Lossless,
}
