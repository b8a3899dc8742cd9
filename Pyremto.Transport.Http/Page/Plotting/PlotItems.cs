namespace Pyremto;

/// <summary>What may become points: rows, or the means of rows of one description. Not thread-safe.</summary>
internal abstract class PlotItems
{
    /// <summary>How many numbers an item may have; some of them stand for nothing.</summary>
    public abstract int Length { get; }

    /// <summary>About how many bytes it takes.</summary>
    public abstract long Weight { get; }

    /// <summary>Forgets all.</summary>
    public abstract void Clear();

    /// <summary>Takes a row in; answers the number of the item that it belongs to.</summary>
    public abstract int Add(int row, double x, double y, double colour);

    /// <summary>Whether the number stands for an item.</summary>
    public abstract bool Has(int item);

    /// <summary>Where an item is.</summary>
    public abstract (double X, double Y) Place(int item);

    public abstract PlotPoint Point(int item);
}

/// <summary>Every row is an item.</summary>
internal sealed class SinglePlotItems(PlotTable table, PlotQuery query) : PlotItems
{
    private int _length;
    private PlotField? _x;
    private PlotField? _y;
    private PlotField? _colour;

    public override int Length => _length;

    public override long Weight => 0;

    public override void Clear() => _length = 0;

    public override int Add(int row, double x, double y, double colour)
    {
        _length = row + 1;
        return row;
    }

    public override bool Has(int item)
    {
        var (x, y) = Place(item);
        return !double.IsNaN(x) && !double.IsNaN(y);
    }

    public override (double X, double Y) Place(int item) => (Value(ref _x, query.X, item), Value(ref _y, query.Y, item));

    public override PlotPoint Point(int item)
    {
        var (x, y) = Place(item);
        var colour = query.Colour is { } name ? Value(ref _colour, name, item) : double.NaN;
        return new PlotPoint(x, y, colour, table.JobOf(item), 1, double.NaN);
    }

    private double Value(ref PlotField? field, string name, int row) => (field ??= table.Find(name))?[row] ?? double.NaN;
}

/// <summary>The rows of one description are an item: their mean, and how far they spread (Welford's way, which cancels nothing
/// out).</summary>
internal sealed class FoldedPlotItems(PlotTable table) : PlotItems
{
    private Sums[] _sums = [];

    public override int Length => _sums.Length;

    public override long Weight => _sums.Length * 48L;

    public override void Clear() => _sums = [];

    public override int Add(int row, double x, double y, double colour)
    {
        var group = table.GroupOf(row);
        if (group >= _sums.Length)
            Array.Resize(ref _sums, Math.Max(table.Groups, group + 1));
        _sums[group].Add(x, y, colour);
        return group;
    }

    public override bool Has(int item) => _sums[item].Count > 0;

    public override (double X, double Y) Place(int item) => (_sums[item].X, _sums[item].Y);

    public override PlotPoint Point(int item)
    {
        ref var sums = ref _sums[item];
        return new PlotPoint(
            sums.X, sums.Y, sums.Coloured > 0 ? sums.Colour : double.NaN, table.FirstJobOf(item), sums.Count,
            sums.Count > 1 ? Math.Sqrt(sums.Squares / (sums.Count - 1)) : double.NaN);
    }

    private struct Sums
    {
        public int Count;
        public int Coloured;
        public double X;
        public double Y;
        public double Colour;
        public double Squares;

        public void Add(double x, double y, double colour)
        {
            Count++;
            X += Step(X, x, Count);
            var before = y - Y;
            Y += Step(Y, y, Count);
            Squares += before * (y - Y);
            if (!double.IsNaN(colour))
                Colour += Step(Colour, colour, ++Coloured);
        }

        /// <summary>By how much the mean of so many values moves with the last of them; the distance of two may be more than a double
        /// holds.</summary>
        private static double Step(double mean, double value, int count) =>
            value - mean is var distance && double.IsFinite(distance) ? distance / count : (value / count) - (mean / count);
    }
}
