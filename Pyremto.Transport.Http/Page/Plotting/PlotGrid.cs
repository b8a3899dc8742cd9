namespace Pyremto;

/// <summary>
/// Cells over a plot. Of the points in one cell a reader sees one. Its borders depend on the least and greatest values alone, and stay while these move a
/// little. Where an axis spans orders of magnitude, cells lie
/// on its logarithm too, so that a logarithmic axis looks as full.
/// </summary>
/// <param name="X">The x axis.</param>
/// <param name="Y">The y axis.</param>
internal readonly record struct PlotGrid(PlotAxis X, PlotAxis Y)
{
    /// <summary>The most cells a side.</summary>
    public const int Finest = 4096;

    /// <summary>Whether there are cells on the logarithm of an axis.</summary>
    public bool HasLogarithmic => X.Logarithmic is not null || Y.Logarithmic is not null;

    /// <summary>The next smaller number of cells a side.</summary>
    public static int Coarser(int side) => Math.Max(1, side * 4 / 5);

    /// <summary>The cell of a point.</summary>
    public long Cell(double x, double y, int side) => ((long)X.Linear.Index(x, side) * side) + Y.Linear.Index(y, side);

    /// <summary>The cell of a point where the axes that allow it are logarithmic; no number of another cell.</summary>
    public long LogarithmicCell(double x, double y, int side) =>
        ((long)side * side) + ((long)X.LogarithmicIndex(x, side) * side) + Y.LogarithmicIndex(y, side);
}

/// <summary>One axis of a grid.</summary>
internal readonly record struct PlotAxis(PlotSpan Linear, PlotSpan? Logarithmic)
{
    private const double OrdersOfMagnitude = 1000;

    public static PlotAxis Over(double least, double greatest) => new(
        PlotSpan.Over(least, greatest),
        least > 0 && greatest / least >= OrdersOfMagnitude ? PlotSpan.Over(Math.Log2(least), Math.Log2(greatest)) : null);

    public int LogarithmicIndex(double value, int side) => Logarithmic is { } span ? span.Index(Math.Log2(value), side) : Linear.Index(value, side);
}

/// <summary>Where cells lie along an axis. Values are divided by four, so that no difference overflows.</summary>
/// <param name="Begin">Where the first begins.</param>
/// <param name="Half">Half the length, a power of two that is greater than the distance of the values; zero where they are all the same.</param>
internal readonly record struct PlotSpan(double Begin, double Half)
{
    public static PlotSpan Over(double least, double greatest)
    {
        var distance = (greatest / 4) - (least / 4);
        if (distance <= 0)
            return default;
        var half = Math.ScaleB(1, Math.ILogB(distance) + 1);
        return new PlotSpan(Math.Floor(least / 4 / half) * half, half);
    }

    public int Index(double value, int side) =>
        Half == 0 ? 0 : Math.Clamp((int)(((value / 4) - Begin) / Half * side / 2), 0, side - 1);
}
