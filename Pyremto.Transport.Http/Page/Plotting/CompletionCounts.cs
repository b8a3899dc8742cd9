namespace Pyremto;

/// <summary>
/// How many results came when: a fixed number of bins, which become twice as long when the time they span is over. Exact, whatever the number of
/// results. Not thread-safe.
/// </summary>
internal sealed class CompletionCounts
{
    private const int MostBins = 4096;
    private const double FirstBinSeconds = 1.0 / 64;

    private readonly int[] _counts = new int[MostBins];
    private double _binSeconds = FirstBinSeconds;
    private int _used;

    /// <summary>Counts a result; one from before the beginning, as after a clock was set back, counts in the first bin.</summary>
    /// <param name="seconds">When it came, from the beginning.</param>
    public void Add(double seconds)
    {
        var bin = Math.Max(0, seconds / _binSeconds);
        for (; bin >= MostBins; bin = seconds / _binSeconds)
            Halve();
        _counts[(int)bin]++;
        _used = Math.Max(_used, (int)bin + 1);
    }

    /// <summary>The same in few bins of equal length, from the beginning to the last result.</summary>
    /// <param name="most">How many bins at most.</param>
    public (double BinSeconds, int[] Counts) InBins(int most)
    {
        if (_used == 0)
            return (0, []);
        var together = (_used + most - 1) / most;
        var counts = new int[(_used + together - 1) / together];
        for (var bin = 0; bin < _used; bin++)
            counts[bin / together] += _counts[bin];
        return (_binSeconds * together, counts);
    }

    private void Halve()
    {
        for (var bin = 0; bin < MostBins / 2; bin++)
            _counts[bin] = _counts[2 * bin] + _counts[(2 * bin) + 1];
        _counts.AsSpan(MostBins / 2).Clear();
        _binSeconds *= 2;
        _used = (_used + 1) / 2;
    }
}
