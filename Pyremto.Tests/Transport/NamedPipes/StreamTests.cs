using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>Streams over a pipe: at the reader's pace, beside other calls, and over broken connections.</summary>
public sealed class StreamTests
{
    private static readonly TagAccess Tag = PipeCoordinator.Tag;

    [Fact]
    public async Task Who_takes_nothing_of_100_000_results_holds_up_no_more_than_a_window_and_no_other_call()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await FinishAsync(coordinator, 100_000);
        await using var peer = await RawPeer.IntroducedAsync(coordinator.Name);
        await peer.SendAsync(RawFrame.OfCall(1, PipeVerb.GetResults, """{"tag":{"tag":"tag"},"query":{}}"""));

        var (items, bytes) = await ReadUntilItStopsAsync(atLeast: PipeProtocol.StreamWindow);
        bytes.Should().BeInRange(PipeProtocol.StreamWindow, PipeProtocol.StreamWindow + 4096);
        await peer.SendAsync(RawFrame.Of(FrameKind.Credit, 1, BitConverter.GetBytes(50_000u)));
        var (more, moreBytes) = await ReadUntilItStopsAsync(atLeast: 46_000);

        moreBytes.Should().BeInRange(46_000, 54_096);
        (items + more).Should().BeLessThan(10_000);
        await peer.SendAsync(RawFrame.Of(FrameKind.Cancel, 1, []));
        (await peer.ReadAsync()).Should().BeEquivalentTo(new { Kind = FrameKind.Cancelled, Call = 1u });

        async Task<(int Items, long Bytes)> ReadUntilItStopsAsync(long atLeast)
        {
            // Calls that are answered behind the items show that no more of them come, the stream waits for credit: once it has come so
            // far, for calls may overtake it while it reads.
            using var deadline = new CancellationTokenSource(PipeCoordinator.Patience);
            var (items, bytes, quiet) = (0, 0L, 0);
            for (var probe = 100u; quiet < 3 || (bytes < atLeast && !deadline.IsCancellationRequested); probe++)
            {
                await peer.SendAsync(RawFrame.OfCall(probe, PipeVerb.TagExists, """{"tag":"tag"}"""));
                var came = 0;
                while (await peer.ReadAsync() is { Kind: FrameKind.Item } item)
                {
                    came++;
                    bytes += item.Body.Length + Frame.HeaderLength;
                }
                items += came;
                quiet = came == 0 ? quiet + 1 : 0;
            }
            return (items, bytes);
        }
    }

    [Fact]
    public async Task A_slow_reader_gets_all_results_once_while_other_calls_of_its_connection_are_answered()
    {
        const int Results = 100_000;
        await using var coordinator = await PipeCoordinator.StartAsync();
        await FinishAsync(coordinator, Results);
        var client = coordinator.Connect();
        var next = 0;

        await foreach (var result in client.GetResultsAsync(Tag, new ResultQuery(), default))
        {
            result.JobId.Should().Be(next++);
            if (next % 1000 == 0)
                (await client.TagExistsAsync("tag", default).AsTask().WaitAsync(PipeCoordinator.Patience)).Should().BeTrue();
        }

        next.Should().Be(Results);
    }

    [Fact]
    public async Task Who_stops_reading_early_ends_the_stream_at_the_coordinator()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(options => options.MaxCallsPerConnection = 1);
        await FinishAsync(coordinator, 20_000);
        var client = coordinator.Connect();

        for (var round = 0; round < 5; round++)
        {
            await foreach (var result in client.GetResultsAsync(Tag, new ResultQuery(), default))
            {
                result.JobId.Should().Be(0);
                break;
            }
        }

        (await client.GetResultsAsync(Tag, new ResultQuery { Limit = 1 }, default).GetAsyncEnumerator().MoveNextAsync().AsTask().WaitAsync(PipeCoordinator.Patience))
            .Should().BeTrue("the one place is free again");
    }

    [Theory]
    [InlineData(ResultOrder.ByJob, (int)PipeCutter.At.Before)]
    [InlineData(ResultOrder.ByJob, (int)PipeCutter.At.Middle)]
    [InlineData(ResultOrder.ByJob, (int)PipeCutter.At.After)]
    [InlineData(ResultOrder.ByCompletion, (int)PipeCutter.At.Before)]
    [InlineData(ResultOrder.ByCompletion, (int)PipeCutter.At.Middle)]
    [InlineData(ResultOrder.ByCompletion, (int)PipeCutter.At.After)]
    public async Task Results_go_on_where_they_were_cut_each_once(ResultOrder order, int at)
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await FinishAsync(coordinator, 3000, backwards: true);
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name);
        var cuts = new[] { 0, 700, 1500 }.Select(after => cutter.CutAnswerAsync(FrameKind.Item, (PipeCutter.At)at, after: after)).ToArray();

        var jobs = await JobsAsync(client.GetResultsAsync(Tag, new ResultQuery { Order = order }, default));

        await Task.WhenAll(cuts);
        jobs.Should().Equal(order == ResultOrder.ByJob ? Enumerable.Range(0, 3000) : Enumerable.Range(0, 3000).Reverse());
    }

    [Theory]
    [InlineData(ResultOrder.ByJob)]
    [InlineData(ResultOrder.ByCompletion)]
    public async Task A_limit_and_a_beginning_hold_over_a_cut(ResultOrder order)
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await FinishAsync(coordinator, 100);
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name);
        var query = new ResultQuery { Order = order, After = 10, Limit = 20 };
        var expected = await JobsAsync(coordinator.Scheduler.GetResultsAsync(Tag, query, default));
        var cut = cutter.CutAnswerAsync(FrameKind.Item, PipeCutter.At.After, after: 5);
        var last = cutter.CutAnswerAsync(FrameKind.End, PipeCutter.At.Before);

        var jobs = await JobsAsync(client.GetResultsAsync(Tag, query, default));

        await Task.WhenAll(cut, last);
        jobs.Should().HaveCount(20).And.Equal(expected);
    }

    [Fact]
    public async Task Results_can_be_enumerated_twice()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await FinishAsync(coordinator, 50);
        var results = coordinator.Connect().GetResultsAsync(Tag, new ResultQuery { Limit = 30 }, default);

        var first = await JobsAsync(results);

        (await JobsAsync(results)).Should().Equal(first).And.HaveCount(30);
    }

    [Fact]
    public async Task A_stream_that_was_begun_and_left_can_be_cancelled_at_any_moment()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await FinishAsync(coordinator, 5000);
        var client = coordinator.Connect();
        for (var round = 0; round < 30; round++)
        {
            using var gone = new CancellationTokenSource();
            var read = 0;
            var reading = FluentActions.Awaiting(async () =>
            {
                await foreach (var result in client.GetResultsAsync(Tag, new ResultQuery(), gone.Token))
                {
                    if (++read == round * 10)
                        await gone.CancelAsync();
                }
                gone.Token.ThrowIfCancellationRequested();
            });
            if (round > 0)
                await reading.Should().ThrowAsync<OperationCanceledException>();
            read.Should().Be(round * 10);
        }
        (await client.TagExistsAsync("tag", default)).Should().BeTrue();
    }

    [Fact]
    public async Task The_largest_result_gets_through_though_it_is_larger_than_the_window()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await coordinator.SetUpAsync(jobs: 3);
        var large = JsonText.Parse($$"""{"x":"{{new string('y', 900_000)}}"}""");
        var client = coordinator.Connect();
        await client.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "w", Count = 3 }, default);
        await client.ExchangeAsync(
            new ExchangeRequest { Tags = [Tag], Worker = "w", Count = 0, Done = [.. Enumerable.Range(0, 3).Select(job => new DoneReport(job, large))] }, default);

        var read = 0;
        await foreach (var result in client.GetResultsAsync(Tag, new ResultQuery(), default))
        {
            result.Result.Should().Be(large);
            read++;
        }

        read.Should().Be(3);
    }

    [Fact]
    public async Task S11_the_watch_of_what_is_not_needed_goes_on_over_a_cut()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await coordinator.SetUpAsync(jobs: 2, n: 1);
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name);
        var given = await client.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "w", Count = 2 }, default);
        var instance = given.Jobs[0].Instance;
        await using var watch = client.WatchNotNeededAsync(new NotNeededWatch { Tags = [Tag], Workers = ["w"] }, default).GetAsyncEnumerator();
        var first = watch.MoveNextAsync().AsTask();
        await client.TagExistsAsync("tag", default);
        await coordinator.Scheduler.CancelAsync(Tag, [0], default);
        (await first.WaitAsync(PipeCoordinator.Patience)).Should().BeTrue();
        watch.Current.Should().Be(new JobNotNeeded("tag", instance, 0, 1, "w"));

        var second = watch.MoveNextAsync().AsTask();
        var watched = cutter.SeeRequestAsync(FrameKind.Call);
        cutter.Cut();
        await watched;
        await client.TagExistsAsync("tag", default);
        await coordinator.Scheduler.CancelAsync(Tag, [1], default);

        (await second.WaitAsync(PipeCoordinator.Patience)).Should().BeTrue();
        watch.Current.Should().Be(new JobNotNeeded("tag", instance, 1, 1, "w"));
    }

    [Fact]
    public async Task The_watch_of_progress_goes_on_over_a_cut_and_over_a_restart_and_ends_with_its_tag()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await coordinator.SetUpAsync(jobs: 3);
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name);
        await using var watch = client.WatchProgressAsync(Tag, default).GetAsyncEnumerator();
        await UntilCancelledAsync(0);

        await coordinator.Scheduler.CancelAsync(Tag, [0], default);
        cutter.Cut();
        await UntilCancelledAsync(1);
        await coordinator.RestartServerAsync();
        await coordinator.Scheduler.CancelAsync(Tag, [1], default);
        await UntilCancelledAsync(2);
        await coordinator.Scheduler.DeleteTagAsync(Tag, default);

        while (await watch.MoveNextAsync().AsTask().WaitAsync(PipeCoordinator.Patience))
            watch.Current.Total.Should().Be(3);

        async Task UntilCancelledAsync(int jobs)
        {
            do
                (await watch.MoveNextAsync().AsTask().WaitAsync(PipeCoordinator.Patience)).Should().BeTrue();
            while (watch.Current.Cancelled < jobs);
        }
    }

    [Fact]
    public async Task The_list_of_tags_is_whole_over_a_cut_and_in_whatever_script_their_names_are()
    {
        string[] names = ["Ａ-fullwidth", "a", "b", "ä", "é", "z", "日本", "😀", "🦊fox", "\uf900x".Normalize()];
        await using var coordinator = await PipeCoordinator.StartAsync();
        foreach (var name in names)
            await coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = name }, default);
        await using var cutter = await PipeCutter.StartAsync(coordinator.Name);
        var client = coordinator.Connect(cutter.Name);
        var cut = cutter.CutAnswerAsync(FrameKind.Item, PipeCutter.At.After, after: 4);

        var listed = new List<string>();
        await foreach (var tag in client.ListTagsAsync(default))
            listed.Add(tag.Tag);

        await cut;
        listed.Should().BeEquivalentTo(names);
    }

    [Fact]
    public async Task A_stream_without_a_coordinator_fails_with_words_in_the_end()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        var client = coordinator.Connect(PipeNames.New(), TimeSpan.FromMilliseconds(100));

        await FluentActions.Awaiting(() => JobsAsync(client.GetResultsAsync(Tag, new ResultQuery(), default))).Should()
            .ThrowAsync<CoordinatorUnreachableException>().WithMessage("*ListenOnNamedPipe*");
    }

    /// <summary>Sets up jobs and brings their results in, in that order or the other.</summary>
    private static async Task FinishAsync(PipeCoordinator coordinator, int jobs, bool backwards = false)
    {
        await coordinator.SetUpAsync(jobs);
        for (var given = 0; given < jobs;)
        {
            var answer = await coordinator.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "w", Count = 1000 }, default);
            given += answer.Jobs.Count;
            if (!backwards)
                await DoneAsync(answer.Jobs.Select(job => job.JobId));
        }
        if (backwards)
            await DoneAsync(Enumerable.Range(0, jobs).Reverse());

        async Task DoneAsync(IEnumerable<int> ids)
        {
            var result = JsonText.Parse("""{"y":1}""");
            await coordinator.Scheduler.ExchangeAsync(
                new ExchangeRequest { Tags = [Tag], Worker = "w", Count = 0, Done = [.. ids.Select(id => new DoneReport(id, result))] }, default);
        }
    }

    private static async Task<List<int>> JobsAsync(IAsyncEnumerable<JobResult> results)
    {
        var jobs = new List<int>();
        await foreach (var result in results)
            jobs.Add(result.JobId);
        return jobs;
    }
}
