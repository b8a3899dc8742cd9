namespace Pyremto;

/// <summary>
/// A small thing kept with a tag beside its jobs, by kind: a setting (the last note of its kind counts) or a log (all of its kind).
/// The pyremto v2 protocol keeps its alive interval, pings and log entries so.
/// </summary>
/// <param name="Kind">What it is, 1–64 characters.</param>
/// <param name="Body">A JSON value within the limit of a result.</param>
public sealed record TagNote(string Kind, JsonText Body);
