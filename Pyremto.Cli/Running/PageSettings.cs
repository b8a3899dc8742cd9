namespace Pyremto.Cli.Running;

/// <summary>Where a run shows its page.</summary>
/// <param name="Url">Where to listen.</param>
/// <param name="PublicUrl">Under which address others reach that; null finds one out.</param>
internal sealed record PageSettings(string Url, Uri? PublicUrl);
