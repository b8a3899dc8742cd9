using System.Text.Json.Serialization;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Remote;

public sealed partial class RemoteControlJobsTests
{
    private readonly ScriptedScheduler _scheduler = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Jobs_are_written_in_snake_case_with_null_for_what_json_has_no_word_for()
    {
        await using var remote = await OpenAsync();

        await remote.SetupJobsAsync([new Params(double.NaN, 1, "ä"), new Params(0.5, ulong.MaxValue, null)], maxRedistributionAttempts: 2);

        var setup = _scheduler.SetUps.Should().ContainSingle().Subject;
        setup.MaxRedistributionAttempts.Should().Be(2);
        setup.Jobs.Select(job => job.ToString()).Should().Equal(
            """{"learning_rate":null,"seed":1,"kernel_name":"ä"}""",
            """{"learning_rate":0.5,"seed":18446744073709551615,"kernel_name":null}""");
    }

    [Fact]
    public async Task All_that_can_be_set_up_is_set_up_with_typed_jobs()
    {
        await using var remote = await OpenAsync();
        var options = new JobSetupOptions
        {
            MaxRedistributionAttempts = 3, Repetitions = 2, Lease = TimeSpan.FromMinutes(5), Policy = RedistributionPolicy.WhenLost,
            RetryDelay = TimeSpan.FromSeconds(2), RequestId = "r",
        };

        await remote.SetupJobsAsync([new Params(0.5, 1, "k")], new() { Policy = RedistributionPolicy.WhenLost });
        await remote.SetupJobsAsync([new Params(0.5, 1, "k")], options);
        await remote.SetupJobsAsync([new Params(0.5, 1, "k")], PayloadContext.Default.Params, options);
        await remote.SetupJobsAsync([JsonText.Parse("""{"learning_rate":0.5,"seed":1,"kernel_name":"k"}""")], options);

        var setups = _scheduler.SetUps.ToArray();
        setups[0].Policy.Should().Be(RedistributionPolicy.WhenLost);
        setups[0].RequestId.Should().NotBeNull();
        setups[1].Should().BeEquivalentTo(options).And.BeEquivalentTo(setups[2]).And.BeEquivalentTo(setups[3]);
        setups[3].Jobs.Should().ContainSingle();
    }

    [Fact]
    public async Task A_source_generated_context_writes_the_same()
    {
        await using var remote = await OpenAsync();

        await remote.SetupJobsAsync([new Params(double.PositiveInfinity, 1UL << 63, "k")], PayloadContext.Default.Params);

        _scheduler.SetUps.Single().Jobs.Single().ToString().Should()
            .Be("""{"learning_rate":null,"seed":9223372036854775808,"kernel_name":"k"}""");
    }

    [Fact]
    public async Task A_context_that_names_a_policy_of_its_own_keeps_it()
    {
        await using var remote = await OpenAsync();

        await remote.SetupJobsAsync([new Params(double.NaN, 1, "k")], CamelCaseContext.Default.Params);

        _scheduler.SetUps.Single().Jobs.Single().ToString().Should().Be("""{"learningRate":null,"seed":1,"kernelName":"k"}""");
    }

    [Fact]
    public async Task A_getter_that_throws_is_a_job_that_cannot_be_written()
    {
        await using var remote = await OpenAsync();

        var act = () => remote.SetupJobsAsync([new Broken()]);

        await act.Should().ThrowAsync<InvalidJobException>().WithMessage("*job 0 cannot be written as JSON: IOException: no disk");
    }

    [Fact]
    public async Task Json_text_and_dictionaries_are_jobs_too()
    {
        await using var remote = await OpenAsync();
        IDictionary<string, object?> settings = new Dictionary<string, object?>(StringComparer.Ordinal) { ["Alpha"] = double.NegativeInfinity, ["n"] = 3 };

        await remote.SetupJobsAsync([settings]);
        await remote.SetupJobsAsync([JsonText.Parse("""{ "x": 1e400 }""")]);

        _scheduler.SetUps.SelectMany(setup => setup.Jobs).Select(job => job.ToString())
            .Should().Equal("""{"Alpha":null,"n":3}""", """{"x":1e400}""");
    }

    [Fact]
    public async Task What_cannot_be_written_is_refused_and_says_which_job_it_is()
    {
        await using var remote = await OpenAsync();
        var ring = new Ring();
        ring.Next = ring;

        var act = () => remote.SetupJobsAsync([new Ring(), ring]);

        await act.Should().ThrowAsync<InvalidJobException>().WithMessage("*job 1*");
        _scheduler.SetUps.Should().BeEmpty();
    }

    [Fact]
    public async Task S1_a_set_up_whose_answer_was_lost_is_repeated_with_the_same_request_id()
    {
        var times = 0;
        _scheduler.SetUp = setup => times++ == 0 ? throw new StoreUnavailableException("disk") : setup.Jobs.Count;
        await using var remote = await OpenAsync();

        var setUp = remote.SetupJobsAsync([JsonText.Parse("{}")]);
        await _clock.UntilTimerAsync(_ => true);
        _clock.Advance(TimeSpan.FromSeconds(1));

        (await setUp).Should().Be(1);
        _scheduler.SetUps.Should().HaveCount(2);
        _scheduler.SetUps.Select(setup => setup.RequestId).Distinct(StringComparer.Ordinal).Should().ContainSingle().Which.Should().NotBeNull();
    }

    [Fact]
    public async Task The_next_job_comes_typed_and_names_are_read_case_insensitively()
    {
        _scheduler.HandOut(NextState.Done, """{"LEARNING_RATE":0.25,"seed":9223372036854775808,"kernel_name":"rbf"}""");
        await using var remote = await OpenAsync();

        var next = await remote.GetNextJobAsync<Params>();
        var end = await remote.GetNextJobAsync(PayloadContext.Default.Params);

        next.HasJob.Should().BeTrue();
        next.JobId.Should().Be(0);
        next.Attempt.Should().Be(1);
        next.Description.Should().Be(new Params(0.25, 1UL << 63, "rbf"));
        end.Should().Match<NextJob<Params>>(none => !none.HasJob && none.State == NextState.Done && none.JobId == -1);
    }

    [Fact]
    public async Task S7_it_waits_in_long_polls_each_with_a_new_request_id_until_there_is_work()
    {
        var polls = 0;
        _scheduler.Exchange = (_, _) => new(polls++ switch
        {
            0 => new ExchangeAnswer { State = NextState.NotSetUp },
            1 => new ExchangeAnswer { State = NextState.Paused },
            2 => new ExchangeAnswer { State = NextState.Wait },
            _ => ScriptedScheduler.Work(7, "{}"),
        });
        await using var remote = await OpenAsync();

        var next = await remote.GetNextJobAsync<JsonText>();

        next.JobId.Should().Be(7);
        var requests = await TakeAsync(4);
        requests.Should().OnlyContain(request => request.Wait == TimeSpan.FromSeconds(50) && request.Worker == remote.WorkerId);
        requests.Select(request => request.RequestId).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData(NextState.Wait)]
    [InlineData(NextState.Paused)]
    [InlineData(NextState.NotSetUp)]
    public async Task S6_told_not_to_wait_it_says_at_once_why_there_is_none(NextState state)
    {
        _scheduler.HandOut(state);
        await using var remote = await OpenAsync();

        (await remote.GetNextJobAsync<Params>(wait: false)).State.Should().Be(state);
        (await TakeAsync(1)).Single().Wait.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task S8_a_lost_answer_is_asked_for_again_with_the_same_request_id()
    {
        var polls = 0;
        _scheduler.Exchange = (_, _) => polls++ < 2 ? throw new CoordinatorUnreachableException("gone") : new(ScriptedScheduler.Work(0, "{}"));
        await using var remote = await OpenAsync();

        var next = remote.GetNextJobAsync<JsonText>();
        await _clock.UntilTimerAsync(due => due <= TimeSpan.FromSeconds(0.25));
        _clock.Advance(TimeSpan.FromSeconds(0.25));
        await _clock.UntilTimerAsync(due => due <= TimeSpan.FromSeconds(0.5));
        _clock.Advance(TimeSpan.FromSeconds(0.5));

        (await next).HasJob.Should().BeTrue();
        (await TakeAsync(3)).Select(request => request.RequestId).Distinct(StringComparer.Ordinal).Should().ContainSingle();
    }

    [Fact]
    public async Task When_the_patience_is_at_its_end_the_error_comes_through()
    {
        _scheduler.Exchange = (_, _) => throw new CoordinatorUnreachableException("gone");
        await using var remote = await OpenAsync(TimeSpan.FromSeconds(1));

        var next = remote.GetNextJobAsync<JsonText>();
        while (!next.IsCompleted)
        {
            await Task.WhenAny(next, _clock.UntilTimerAsync(_ => true));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        await FluentActions.Awaiting(() => next).Should().ThrowAsync<CoordinatorUnreachableException>();
        _clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task S8_a_request_that_was_given_up_is_taken_up_by_the_next_call()
    {
        _scheduler.Exchange = (_, _) => throw new CoordinatorUnreachableException("gone");
        await using var remote = await OpenAsync(TimeSpan.Zero);
        await FluentActions.Awaiting(() => remote.GetNextJobAsync()).Should().ThrowAsync<CoordinatorUnreachableException>();
        _scheduler.HandOut(NextState.Done, "{}", "{}");

        await remote.GetNextJobAsync();
        await remote.GetNextJobAsync();

        var requests = await TakeAsync(3);
        requests[1].RequestId.Should().Be(requests[0].RequestId);
        requests[2].RequestId.Should().NotBe(requests[0].RequestId);
    }

    [Fact]
    public async Task A_description_that_does_not_fit_releases_the_job_and_says_so()
    {
        _scheduler.HandOut(NextState.Done, """{"learning_rate":"fast"}""");
        await using var remote = await OpenAsync();

        await FluentActions.Awaiting(() => remote.GetNextJobAsync<Params>()).Should()
            .ThrowAsync<InvalidJobException>().WithMessage("*job 0*Params*");

        (await TakeAsync(2))[1].Released.Should().ContainSingle().Which.Should()
            .Be(new ReleasedReport(0, 1, "svr", ScriptedScheduler.Instance));
    }

    [Fact]
    public async Task Reports_name_the_attempt_and_the_instance_that_they_belong_to()
    {
        _scheduler.HandOut(NextState.Done, "{}", "{}", "{}");
        await using var remote = await OpenAsync();
        for (var i = 0; i < 3; i++)
            await remote.GetNextJobAsync<JsonText>();

        await remote.SetJobDoneAsync(0, new Score(double.NaN));
        await remote.FailJobAsync(1, "broken", final: true);
        await remote.ReleaseJobAsync(2);

        var reports = (await TakeAsync(6))[3..];
        reports.Should().OnlyContain(report => report.Count == 0);
        reports[0].Done.Should().Equal(new DoneReport(0, JsonText.Parse("""{"mse":null}"""), 1, "svr", ScriptedScheduler.Instance));
        reports[1].Failed.Should().Equal(new FailedReport(1, "broken", null, true, 1, "svr", ScriptedScheduler.Instance));
        reports[2].Released.Should().Equal(new ReleasedReport(2, 1, "svr", ScriptedScheduler.Instance));
    }

    [Fact]
    public async Task S4_a_result_that_another_brought_first_is_no_error()
    {
        _scheduler.Exchange = (_, _) => Outcome(new ReportOutcome(3, ReportVerdict.AlreadyDone, Differs: true));
        await using var remote = await OpenAsync();

        var outcome = await remote.SetJobDoneAsync(3, new Score(1));

        outcome.Outcome.Should().Be(ReportVerdict.AlreadyDone);
        outcome.Differs.Should().BeTrue();
    }

    [Fact]
    public async Task S5_reports_that_are_not_taken_throw_what_they_mean()
    {
        await using var remote = await OpenAsync();

        _scheduler.Exchange = (_, _) => Outcome(new ReportOutcome(3, ReportVerdict.NotHeld));
        await FluentActions.Awaiting(() => remote.ReleaseJobAsync(3)).Should().ThrowAsync<NotHeldException>();
        _scheduler.Exchange = (_, _) => Outcome(new ReportOutcome(3, ReportVerdict.Refused, Code: ErrorCodes.TooLarge, Message: "big"));
        await FluentActions.Awaiting(() => remote.SetJobDoneAsync(3, new Score(1))).Should().ThrowAsync<TooLargeException>();
    }

    [Fact]
    public async Task Waiting_ends_when_the_work_is_drained()
    {
        _scheduler.Watch = () => [Progress(TagStatus.NotSetUp), Progress(TagStatus.Running), Progress(TagStatus.Drained), Progress(TagStatus.Done)];
        await using var remote = await OpenAsync();

        (await remote.WaitAsync()).State.Should().Be(TagStatus.Drained);
    }

    [Fact]
    public async Task Waiting_goes_on_over_a_broken_line()
    {
        var watches = 0;
        _scheduler.Watch = () => watches++ == 0 ? throw new CoordinatorUnreachableException("gone") : [Progress(TagStatus.Done)];
        await using var remote = await OpenAsync();

        var wait = remote.WaitAsync();
        await _clock.UntilTimerAsync(_ => true);
        _clock.Advance(TimeSpan.FromSeconds(1));

        (await wait).State.Should().Be(TagStatus.Done);
    }

    [Fact]
    public async Task S19_waiting_for_a_tag_that_is_deleted_is_an_error()
    {
        _scheduler.Watch = () => [Progress(TagStatus.Running)];
        await using var remote = await OpenAsync();

        await FluentActions.Awaiting(() => remote.WaitAsync()).Should().ThrowAsync<TagUnknownException>();
    }

    private static TagProgress Progress(TagStatus state) => new() { Tag = "svr", State = state };

    private static ValueTask<ExchangeAnswer> Outcome(ReportOutcome outcome) => new(new ExchangeAnswer { State = NextState.Wait, Outcomes = [outcome] });

    private Task<RemoteControl> OpenAsync(TimeSpan? patience = null) => RemoteControl.OpenAsync(
        _scheduler, new() { Tag = "svr", TimeProvider = _clock, Patience = patience ?? TimeSpan.FromMinutes(5) });

    private async Task<List<ExchangeRequest>> TakeAsync(int count)
    {
        var requests = new List<ExchangeRequest>();
        for (var i = 0; i < count; i++)
            requests.Add(await _scheduler.Exchanges.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
        return requests;
    }

    public sealed record Params(double LearningRate, ulong Seed, string? KernelName);

    public sealed record Score(double Mse);

    public sealed class Ring
    {
        public Ring? Next { get; set; }
    }

    public sealed class Broken
    {
        public double Rate => throw new IOException("no disk");
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Params))]
    private sealed partial class CamelCaseContext : JsonSerializerContext;

    [JsonSerializable(typeof(Params))]
    private sealed partial class PayloadContext : JsonSerializerContext;
}
