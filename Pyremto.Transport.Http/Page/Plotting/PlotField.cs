namespace Pyremto;

/// <summary>A numeric field of descriptions or results, with its values by row. Not thread-safe.</summary>
internal sealed class PlotField(string name)
{
    private double[] _values = [];

    public string Name { get; } = name;

    /// <summary>How many results have it.</summary>
    public int Count { get; private set; }

    public double Minimum { get; private set; } = double.PositiveInfinity;

    public double Maximum { get; private set; } = double.NegativeInfinity;

    /// <summary>The rows of the first least and the first greatest value.</summary>
    public int RowOfMinimum { get; private set; } = -1;

    public int RowOfMaximum { get; private set; } = -1;

    /// <summary>The value of a row; NaN where it has none.</summary>
    public double this[int row] => row < _values.Length ? _values[row] : double.NaN;

    /// <summary>Whether a value is less or greater than all so far.</summary>
    public bool IsRecord(double value) => value < Minimum || value > Maximum;

    /// <summary>Counts a value whose row is not kept.</summary>
    public void Pass(double value)
    {
        Count++;
        Minimum = Math.Min(Minimum, value);
        Maximum = Math.Max(Maximum, value);
    }

    public void Set(int row, double value)
    {
        Count++;
        if (value < Minimum)
            (Minimum, RowOfMinimum) = (value, row);
        if (value > Maximum)
            (Maximum, RowOfMaximum) = (value, row);
        Put(row, value);
    }

    /// <summary>Keeps only these rows, in their order.</summary>
    public void Compact(List<int> rows)
    {
        var old = _values;
        _values = [];
        var (least, greatest) = (RowOfMinimum, RowOfMaximum);
        for (var row = 0; row < rows.Count; row++)
        {
            var from = rows[row];
            if (from < old.Length && !double.IsNaN(old[from]))
                Put(row, old[from]);
            if (from == least)
                RowOfMinimum = row;
            if (from == greatest)
                RowOfMaximum = row;
        }
    }

    private void Put(int row, double value)
    {
        if (row >= _values.Length)
        {
            var length = _values.Length;
            Array.Resize(ref _values, Math.Max(row + 1, Math.Max(64, length + (length >> 1))));
            Array.Fill(_values, double.NaN, length, _values.Length - length);
        }
        _values[row] = value;
    }
}
