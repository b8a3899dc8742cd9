using System.Globalization;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Page;

/// <summary>How results become points: what is kept, and that the same results give the same.</summary>
public sealed class PlotTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void As_many_points_as_are_allowed_are_all_shown()
    {
        var plot = new Plotted(most: 20);
        plot.Add(Enumerable.Range(0, 16).Select(_ => (1.0, 1.0))); // on one another
        plot.Points().Should().HaveCount(16);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_same_results_in_one_go_or_in_many_give_the_same_points_but_for_what_was_extreme_for_a_while(int seed)
    {
        var random = new Random(seed);
        var data = Enumerable.Range(0, 5000).Select(_ => (random.NextDouble() * seed, Math.Pow(10, -6 * random.NextDouble()))).ToArray();
        var (whole, pieces, again) = (new Plotted(most: 200), new Plotted(most: 200), new Plotted(most: 200));

        whole.Add(data);
        again.Add(data);
        foreach (var piece in data.Chunk(97))
        {
            pieces.Add(piece);
            pieces.Points();
        }

        whole.Points().Should().Equal(again.Points());
        whole.Points().Count.Should().BeInRange(100, 200);
        pieces.Points().Should().Contain(whole.Points()).And.HaveCountLessThanOrEqualTo(200);
    }

    [Fact]
    public void Least_and_greatest_of_both_axes_are_kept_and_every_point_is_near_one_that_is_shown()
    {
        var random = new Random(5);
        var data = Enumerable.Range(0, 20_000).Select(_ => (random.NextDouble(), random.NextDouble())).Append((0.5, 9)).Append((-3, 0.5)).ToArray();
        var plot = new Plotted(most: 500);
        plot.Add(data);

        var points = plot.Points();

        points.Select(point => point.Y).Max().Should().Be(9);
        points.Select(point => point.X).Min().Should().Be(-3);
        plot.View.Range!.Value.Greatest.Y.Should().Be(9);
        foreach (var (x, y) in data)
            points.Should().Contain(point => Math.Abs(point.X - x) < 0.5 && Math.Abs(point.Y - y) < 1);
    }

    [Fact]
    public void Where_an_axis_spans_orders_of_magnitude_each_of_them_is_shown()
    {
        var random = new Random(6);
        var plot = new Plotted(most: 2000);
        plot.Add(Enumerable.Range(0, 20_000).Select(_ => (Math.Pow(10, -6 * random.NextDouble()), random.NextDouble())));
        for (var order = -6; order < 0; order++)
            plot.Points().Count(point => point.X >= Math.Pow(10, order) && point.X < Math.Pow(10, order + 1)).Should().BeGreaterThan(50, $"10^{order} is as wide as the others");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e308, -1e308)]
    [InlineData(double.Epsilon, 0)]
    [InlineData(1e-300, 1e300)]
    [InlineData(1.7976931348623157e308, 1.7976931348623155e308)]
    public void No_numbers_are_too_large_small_or_equal(double first, double second)
    {
        var plot = new Plotted(most: 16);
        plot.Add(Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? (first, second) : (second, first)));
        plot.Points().Count.Should().BeInRange(1, 16);
        plot.Points().Select(point => point.X).Should().Contain([first, second]);
    }

    [Fact]
    public void Folded_points_move_and_only_those_are_sent_again()
    {
        var plot = new Plotted(most: 1000, fold: true);
        plot.Add(Enumerable.Range(0, 100).Select(i => ((double)i, 1.0)));
        var cursor = plot.Cursor();
        plot.Add([(7, 3)]);

        plot.View.Update();

        plot.View.IsCurrent(cursor).Should().BeTrue();
        var moved = plot.View.Since(cursor).Should().ContainSingle().Subject;
        (moved.X, moved.Y, moved.Count, moved.JobId).Should().Be((7, 2, 2, 7));
        moved.Spread.Should().BeApproximately(Math.Sqrt(2), 1e-12);
    }

    [Fact]
    public void A_spread_is_right_where_squares_would_cancel_out()
    {
        var plot = new Plotted(most: 16, fold: true);
        plot.Add([(1, 1e9 + 1), (1, 1e9 + 2), (1, 1e9 + 3)]);
        plot.Points().Single().Spread.Should().BeApproximately(1, 1e-9);
    }

    [Fact]
    public void Too_many_numbers_are_thinned_evenly_and_the_extremes_stay()
    {
        var table = new PlotTable(mostNumbers: 20_000);
        for (var i = 0; i < 50_000; i++)
            table.Add(Result(i, 50_000 - i, i == 12_345 ? -1 : i == 23_456 ? 2 : 0.5 + (i % 100 * 0.001)), Begin);

        table.Total.Should().Be(50_000);
        (table.Rows * 8).Should().BeInRange(5_000, 20_000);
        var y = table.Find("result.y")!;
        (y.Count, y.Minimum, y.Maximum).Should().Be((50_000, -1, 2));
        (table.JobOf(y.RowOfMinimum), table.JobOf(y.RowOfMaximum)).Should().Be((12_345, 23_456));
        var jobs = Enumerable.Range(0, table.Rows).Select(table.JobOf).ToArray();
        jobs.Should().BeInAscendingOrder();
        for (var from = 0; from < 50_000; from += 5000)
            jobs.Count(job => job >= from && job < from + 5000).Should().BeGreaterThan(20);
    }

    [Fact]
    public void Beyond_64_fields_others_are_left_out_and_that_is_said()
    {
        var table = new PlotTable(mostNumbers: 1 << 20);
        var many = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"f{i}\":{i}"));
        table.Add(new JobResult { JobId = 0, Description = JsonText.Parse($"{{{many}}}"), Result = JsonText.Parse("{}"), StartedAt = Begin, DoneAt = Begin }, Begin);
        table.Fields.Should().HaveCount(64);
        table.LeavesFieldsOut.Should().BeTrue();
        table.Find("description.f60").Should().NotBeNull();
        table.Find("description.f61").Should().BeNull();
    }

    [Fact]
    public void A_name_that_stands_twice_counts_once_and_the_last_value_holds()
    {
        var table = new PlotTable(mostNumbers: 1 << 20);
        table.Add(new JobResult { JobId = 0, Description = JsonText.Parse("""{"a":1,"a":2,"b":{"c":3},"b.c":4}"""), Result = JsonText.Parse("{}"), StartedAt = Begin, DoneAt = Begin }, Begin);
        (table.Find("description.a")!.Count, table.Find("description.a")![0]).Should().Be((1, 2));
        (table.Find("description.b.c")!.Count, table.Find("description.b.c")![0]).Should().Be((1, 4));
    }

    [Fact]
    public void Completions_are_exact_over_a_second_and_over_a_year_and_before_the_beginning()
    {
        var counts = new CompletionCounts();
        var seconds = new[] { 0, 0.5, -3, 7, 86_400, 31_536_000, 31_536_000 };
        foreach (var second in seconds)
            counts.Add(second);
        foreach (var bins in new[] { 1, 2, 60, 1000 })
        {
            var (length, all) = counts.InBins(bins);
            all.Sum().Should().Be(seconds.Length);
            all.Length.Should().BeInRange(1, bins);
            (length * all.Length).Should().BeInRange(31_536_000, 31_536_000 * 2.1);
            all[^1].Should().BeGreaterThanOrEqualTo(2);
        }
        new CompletionCounts().InBins(60).Counts.Should().BeEmpty();
    }

    [Fact]
    public async Task An_index_that_nobody_asks_for_is_dropped_and_then_no_timer_runs()
    {
        var time = new FakeTimeProvider();
        using var indexes = new PlotIndexes(time, new SeededRandom(1));
        var tag = new TagProgress { Tag = "svr", State = TagStatus.Running, CreatedAt = Begin };
        var index = indexes.Of(tag);
        indexes.Of(tag).Should().BeSameAs(index);
        indexes.Of(tag with { CreatedAt = Begin.AddSeconds(1) }).Should().NotBeSameAs(index, "it is another tag (S19)");
        using (await index.EnterAsync(CancellationToken.None))
            index.Name.Should().NotBe(indexes.Of(tag).Name);

        time.Advance(TimeSpan.FromMinutes(9));
        indexes.Count.Should().Be(1);
        time.Advance(TimeSpan.FromMinutes(2));

        indexes.Count.Should().Be(0);
        time.RunningTimers.Should().Be(0);
    }

    private static JobResult Result(int job, double x, double y) => new()
    {
        JobId = job,
        Description = JsonText.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"x":{{x:R}}}""")),
        Result = JsonText.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"y":{{y:R}},"z":1}""")),
        StartedAt = Begin,
        DoneAt = Begin.AddSeconds(job),
    };

    /// <summary>A table with one view of x and y.</summary>
    private sealed class Plotted
    {
        private readonly PlotTable _table = new(mostNumbers: 1 << 24);
        private int _jobs;
        private long _thinnings;

        public Plotted(int most, bool fold = false) =>
            View = new PlotView(_table, new PlotQuery("description.x", "result.y", null, fold, most), () => ++_thinnings);

        public PlotView View { get; }

        public void Add(IEnumerable<(double X, double Y)> data)
        {
            foreach (var (x, y) in data)
                _table.Add(Result(_jobs++, x, y), Begin);
        }

        public List<PlotPoint> Points()
        {
            View.Update();
            return [.. View.Since(null)];
        }

        public PlotCursor Cursor()
        {
            View.Update();
            return View.Cursor;
        }
    }
}
