namespace Pyremto;

/// <summary>
/// The points of one question, thinned so that a plot looks as if all were there: one for each cell of a grid, and the least and greatest of both
/// axes. The same results in the same order give the same points. It goes on where it stopped, and tells a reader what is
/// new since it last asked. Not thread-safe.
/// </summary>
internal sealed class PlotView
{
    private const int Extremes = 4; // of both axes

    private readonly PlotTable _table;
    private readonly PlotQuery _query;
    private readonly PlotItems _items;
    private readonly Func<long> _nextThinning;
    private readonly Dictionary<int, long> _versions = []; // of the items that are points
    private readonly List<int> _points = [];
    private readonly HashSet<long> _cells = [];
    private Extent _x = Extent.None;
    private Extent _y = Extent.None;
    private (int Item, double At) _left;
    private (int Item, double At) _right;
    private (int Item, double At) _low;
    private (int Item, double At) _high;
    private PlotGrid? _grid; // null while all items are points
    private int _side;
    private int _inCells;
    private int _seen;
    private int _generation = -1;
    private long _thinning;
    private long _version;

    public PlotView(PlotTable table, PlotQuery query, Func<long> nextThinning)
    {
        (_table, _query, _nextThinning) = (table, query, nextThinning);
        _items = query.Fold ? new FoldedPlotItems(table) : new SinglePlotItems(table, query);
    }

    /// <summary>The items with the first least and the first greatest y; null where there is none.</summary>
    public (PlotPoint Least, PlotPoint Greatest)? Range { get; private set; }

    /// <summary>Where a reader stands that has everything.</summary>
    public PlotCursor Cursor => new(_thinning, _version);

    /// <summary>About how many bytes it takes.</summary>
    public long Weight => _items.Weight + (_points.Count * 64L);

    /// <summary>Takes in what came since.</summary>
    public void Update()
    {
        if (_generation != _table.Generation)
            Restart();
        if (_seen == _table.Rows)
            return;
        _version++;
        var (first, isStale) = (_seen, false);
        var (x, y) = (_table.Find(_query.X), _table.Find(_query.Y));
        var colour = _query.Colour is { } name ? _table.Find(name) : null;
        for (var row = first; row < _table.Rows; row++)
        {
            _seen = row + 1;
            var (left, up) = (x?[row] ?? double.NaN, y?[row] ?? double.NaN);
            if (double.IsNaN(left) || double.IsNaN(up))
                continue;
            _x = _x.With(left);
            _y = _y.With(up);
            var item = _items.Add(row, left, up, colour?[row] ?? double.NaN);
            if (!isStale)
                isStale = !Choose(item);
        }
        if (isStale || (_grid is not null && _grid != GridOfAll()))
            Thin();
        if (_query.Fold)
            ForgetExtremes(); // means move
        KeepExtremes(first);
    }

    /// <summary>The points that a reader does not have as they are now; all where it has another choice of them.</summary>
    public IEnumerable<PlotPoint> Since(PlotCursor? cursor)
    {
        var version = IsCurrent(cursor) ? cursor!.Value.Version : -1;
        foreach (var item in _points)
        {
            if (_versions[item] > version)
                yield return _items.Point(item);
        }
    }

    /// <summary>Whether the reader's points are of the choice that holds now.</summary>
    public bool IsCurrent(PlotCursor? cursor) => cursor?.Thinning == _thinning && cursor.Value.Version <= _version;

    private void Restart()
    {
        _generation = _table.Generation;
        _items.Clear();
        (_x, _y) = (Extent.None, Extent.None);
        (_seen, _grid, Range) = (0, null, null);
        ForgetExtremes();
        Begin();
    }

    private void ForgetExtremes() => _left = _right = _low = _high = (-1, 0);

    private void Begin()
    {
        _thinning = _nextThinning();
        _versions.Clear();
        _points.Clear();
        _cells.Clear();
        _inCells = 0;
    }

    /// <summary>Makes an item a point if it is to be one; false if there are too many then.</summary>
    private bool Choose(int item)
    {
        if (_versions.ContainsKey(item))
        {
            _versions[item] = _version; // folded: it moved
            return true;
        }
        if (_grid is { } grid)
        {
            var (x, y) = _items.Place(item);
            var isNew = _cells.Add(grid.Cell(x, y, _side));
            if (grid.HasLogarithmic)
                isNew |= _cells.Add(grid.LogarithmicCell(x, y, _side));
            if (!isNew)
                return true;
        }
        Keep(item);
        return ++_inCells <= _query.Most - Extremes;
    }

    private void Keep(int item)
    {
        _points.Add(item);
        _versions.Add(item, _version);
    }

    /// <summary>Chooses anew: with as many cells as there can be. More than there were on the same grid were too many before.</summary>
    private void Thin()
    {
        var grid = GridOfAll();
        if (_grid != grid)
            (_grid, _side) = (grid, PlotGrid.Finest);
        for (; ; _side = PlotGrid.Coarser(_side))
        {
            Begin();
            var fits = true;
            for (var item = 0; fits && item < _items.Length; item++)
                fits = !_items.Has(item) || Choose(item);
            if (fits)
                return;
        }
    }

    private PlotGrid GridOfAll() => new(PlotAxis.Over(_x.Least, _x.Greatest), PlotAxis.Over(_y.Least, _y.Greatest));

    private void KeepExtremes(int from)
    {
        for (var item = _query.Fold ? 0 : from; item < _items.Length; item++)
        {
            if (_items.Has(item))
                Compare(item);
        }
        if (_left.Item < 0)
            return;
        Range = (_items.Point(_low.Item), _items.Point(_high.Item));
        KeepExtremes();
        if (_points.Count <= _query.Most)
            return;
        Thin(); // those that were extreme before were still there
        KeepExtremes();
    }

    private void KeepExtremes()
    {
        foreach (var (item, _) in (ReadOnlySpan<(int, double)>)[_left, _right, _low, _high])
        {
            if (!_versions.ContainsKey(item))
                Keep(item);
        }
    }

    private void Compare(int item)
    {
        var (x, y) = _items.Place(item);
        if (_left.Item < 0 || x < _left.At)
            _left = (item, x);
        if (_right.Item < 0 || x > _right.At)
            _right = (item, x);
        if (_low.Item < 0 || y < _low.At)
            _low = (item, y);
        if (_high.Item < 0 || y > _high.At)
            _high = (item, y);
    }

    private readonly record struct Extent(double Least, double Greatest)
    {
        public static Extent None { get; } = new(double.PositiveInfinity, double.NegativeInfinity);

        public Extent With(double value) => new(Math.Min(Least, value), Math.Max(Greatest, value));
    }
}
