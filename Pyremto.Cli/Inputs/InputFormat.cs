namespace Pyremto.Cli.Inputs;

/// <summary>How jobs are written down.</summary>
internal enum InputFormat
{
    /// <summary>One JSON object a line.</summary>
    Jsonl,

    /// <summary>An array of JSON objects.</summary>
    Json,

    /// <summary>A table with a header.</summary>
    Csv,
}
