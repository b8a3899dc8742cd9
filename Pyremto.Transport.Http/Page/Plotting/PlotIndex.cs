namespace Pyremto;

/// <summary>
/// What plots of one tag need: its results' numbers, and when they came. It reads on where it stopped, when it is asked. Use it between
/// <see cref="EnterAsync"/> and the disposal of what that gives.
/// </summary>
/// <param name="name">A random name: what one index gave no other takes for its own.</param>
/// <param name="createdAt">When the tag was created: another one of its name has another index (S19).</param>
/// <param name="time">The clock for <see cref="Patience"/>.</param>
#pragma warning disable CA1001 // A semaphore that nobody asks for its wait handle holds nothing, and one may be in use when its index is dropped.
internal sealed class PlotIndex(string name, DateTimeOffset createdAt, TimeProvider time)
#pragma warning restore CA1001
{
    /// <summary>How long reading on may take; what is missing then comes with the next request.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const long MostNumbers = 8 << 20;
    private const long MostWeightOfViews = 48 << 20;
    private const int MostViews = 16;
    private const int BetweenLooks = 512;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<(PlotQuery Query, PlotView View)> _views = []; // those used last at the end
    private long _thinnings;

    public string Name { get; } = name;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public PlotTable Table { get; } = new(MostNumbers);

    public CompletionCounts Completions { get; } = new();

    /// <summary>About how many bytes it took when it was last used.</summary>
    public long Weight { get; private set; }

    /// <summary>Waits until nobody else uses it; dispose what comes back.</summary>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(this);
    }

    /// <summary>Reads the results that came since.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="access">Who asks.</param>
    /// <param name="progress">How far the tag is: so many results are read.</param>
    /// <param name="cancellationToken">Gives up; what was read stays.</param>
    public async Task FollowAsync(ITagReader reader, TagAccess access, TagProgress progress, CancellationToken cancellationToken)
    {
        var missing = progress.Done - Table.Total;
        if (missing <= 0)
            return;
        var begin = BeginOf(progress);
        var (start, look) = (time.GetTimestamp(), BetweenLooks);
        var query = new ResultQuery { Order = ResultOrder.ByCompletion, After = Table.Total, Limit = missing };
        await foreach (var result in reader.GetResultsAsync(access, query, cancellationToken).ConfigureAwait(false))
        {
            Table.Add(result, begin);
            if (result.DoneAt >= begin) // else it was kept from earlier work
                Completions.Add((result.DoneAt - begin).TotalSeconds);
            if (--look > 0)
                continue;
            if (time.GetElapsedTime(start) > Patience)
                return;
            look = BetweenLooks;
        }
    }

    /// <summary>The points of a query, up to date with the table.</summary>
    public PlotView View(PlotQuery query)
    {
        var at = _views.FindIndex(known => known.Query == query);
        var view = at >= 0 ? _views[at].View : new PlotView(Table, query, () => ++_thinnings);
        if (at >= 0)
            _views.RemoveAt(at);
        _views.Add((query, view));
        view.Update();
        while (_views.Count > MostViews || (_views.Count > 1 && WeightOfViews() > MostWeightOfViews))
            _views.RemoveAt(0);
        return view;
    }

    /// <summary>When the work of a tag began.</summary>
    public static DateTimeOffset BeginOf(TagProgress progress) => progress.StartedAt ?? progress.CreatedAt;

    private long WeightOfViews() => _views.Sum(known => known.View.Weight);

    /// <summary>Lets the next one in.</summary>
    private sealed class Turn(PlotIndex index) : IDisposable
    {
        public void Dispose()
        {
            index.Weight = index.Table.Weight + index.WeightOfViews();
            index._gate.Release();
        }
    }
}
