namespace Pyremto.Benchmarks.Harness;

/// <summary>What a number has to be compared with.</summary>
internal enum Compare
{
    /// <summary>Nothing: it is shown for itself.</summary>
    Nothing,

    /// <summary>Ours / floor has to be at least the limit.</summary>
    RatioAtLeast,

    /// <summary>Ours / floor may be at most the limit.</summary>
    RatioAtMost,

    /// <summary>Ours alone has to be at least the limit.</summary>
    AtLeast,

    /// <summary>Ours alone may be at most the limit.</summary>
    AtMost,
}

/// <summary>A line of the table.</summary>
internal sealed record Line(string Name, string Unit, double Ours, double? Floor = null, Compare Compare = Compare.Nothing, double Limit = 0)
{
    /// <summary>Ours / floor.</summary>
    public double? Ratio => Ours / Floor;

    /// <summary>The bar in words.</summary>
    public string Bar => Compare switch
    {
        Compare.RatioAtLeast => $">= {Limit:0.##} x",
        Compare.RatioAtMost => $"<= {Limit:0.##} x",
        Compare.AtLeast => $">= {Limit:N0} {Unit}",
        Compare.AtMost => $"<= {Limit:N0} {Unit}",
        _ => "",
    };

    /// <summary>Whether the bar is reached; null where there is none.</summary>
    public bool? Reached => Compare switch
    {
        Compare.RatioAtLeast => Ratio >= Limit,
        Compare.RatioAtMost => Ratio <= Limit,
        Compare.AtLeast => Ours >= Limit,
        Compare.AtMost => Ours <= Limit,
        _ => null,
    };
}
