using System.Text;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public abstract class LimitConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    private const int MaxBytes = 100, MaxJobs = 10;

    private protected override PyremtoOptions Options => new() { MaxDescriptionBytes = MaxBytes, MaxResultBytes = MaxBytes, MaxJobs = MaxJobs };

    public static TheoryData<string> BadNames => new(
        "", new string('x', 129), "a/b", "/", ".", "..", "a b", " ", "a\nb", "a\tb", "a\0b", "a\u0007b", "a\u007fb", "a\u200bb", "e\u0301", "\ud800");

    public static TheoryData<string> GoodNames => new("a", new string('x', 128), "ä", "日本", "...", "a.b", ".a", "a%2Fb", "a?b#c&d", "\"'<>\\", "😀", "é");

    [Theory]
    [MemberData(nameof(BadNames))]
    public async Task S16_a_name_that_is_not_allowed_is_refused(string name)
    {
        var create = async () => await Scheduler.CreateTagAsync(new CreateTag { Tag = name }, CancellationToken.None);

        await create.Should().ThrowAsync<InvalidRequestException>();

        (await ListAsync(Scheduler.ListTagsAsync(CancellationToken.None))).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(GoodNames))]
    public async Task S16_every_other_name_is_taken_as_it_is(string name)
    {
        var tag = await TagAsync(name: name);

        (await TakeAsync(tag, "w")).Tag.Should().Be(name);
        (await Scheduler.TagExistsAsync(name, CancellationToken.None)).Should().BeTrue();
    }

    [Fact]
    public async Task S16_names_are_case_sensitive()
    {
        await EmptyTagAsync("Tag");
        await EmptyTagAsync("tag");

        (await Scheduler.TagExistsAsync("TAG", CancellationToken.None)).Should().BeFalse();
    }

    [Fact]
    public async Task S16_descriptions_may_have_exactly_the_limit_together_before_repetitions()
    {
        var tag = await EmptyTagAsync();
        var setup = new JobSetup { Jobs = [OfBytes(MaxBytes - 40), OfBytes(40)], Repetitions = 5 };

        (await Scheduler.SetUpJobsAsync(tag, setup, CancellationToken.None)).Should().Be(10);
    }

    [Fact]
    public async Task S16_descriptions_that_are_one_byte_over_the_limit_are_refused_and_nothing_is_set_up()
    {
        var tag = await EmptyTagAsync();

        var error = await RefusedAsync<TooLargeException>(tag, new JobSetup { Jobs = [OfBytes(MaxBytes - 40), OfBytes(41)] });

        error.Message.Should().Contain($"{MaxBytes + 1}").And.Contain($"{MaxBytes}").And.Contain("descriptions");
    }

    [Fact]
    public async Task S16_bytes_are_counted_and_not_characters()
    {
        var tag = await EmptyTagAsync();
        var text = new string('ä', 47); // with {"x":"…"} 55 characters, 102 bytes

        await RefusedAsync<TooLargeException>(tag, new JobSetup { Jobs = [JsonText.Parse($$"""{"x":"{{text}}"}""")] });
    }

    [Fact]
    public async Task S16_a_tag_may_have_exactly_that_many_jobs()
    {
        var tag = await EmptyTagAsync();
        await RefusedAsync<TooLargeException>(tag, Make.SetUp(MaxJobs + 1));
        await RefusedAsync<TooLargeException>(tag, Make.SetUp(1) with { Repetitions = MaxJobs + 1 });
        await RefusedAsync<TooLargeException>(tag, Make.SetUp(3) with { Repetitions = 4 });
        await RefusedAsync<TooLargeException>(tag, Make.SetUp(2) with { Repetitions = int.MaxValue });

        (await Scheduler.SetUpJobsAsync(tag, Make.SetUp(MaxJobs / 2) with { Repetitions = 2 }, CancellationToken.None)).Should().Be(MaxJobs);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("true")]
    public async Task S1_a_description_that_is_no_object_is_refused_and_none_is_set_up(string description)
    {
        var tag = await EmptyTagAsync();

        await RefusedAsync<InvalidJobException>(tag, new JobSetup { Jobs = [.. Make.Jobs(2), JsonText.Parse(description)] });
        await RefusedAsync<InvalidJobException>(tag, new JobSetup { Jobs = [default] });
    }

    [Fact]
    public async Task S1_no_jobs_at_all_are_refused()
    {
        var tag = await EmptyTagAsync();

        await RefusedAsync<InvalidJobException>(tag, new JobSetup { Jobs = [] });
    }

    [Theory]
    [InlineData(0, 1, 60)]
    [InlineData(-1, 1, 60)]
    [InlineData(1001, 1, 60)]
    [InlineData(int.MaxValue, 1, 60)]
    [InlineData(1, 0, 60)]
    [InlineData(1, -5, 60)]
    [InlineData(1, 1, 0.999)]
    [InlineData(1, 1, -60)]
    [InlineData(1, 1, 30 * 86_400 + 1)]
    public async Task S1_numbers_out_of_their_range_are_refused(int n, int repetitions, double lease)
    {
        var tag = await EmptyTagAsync();

        await RefusedAsync<InvalidRequestException>(
            tag, Make.SetUp(1, n) with { Repetitions = repetitions, Lease = TimeSpan.FromSeconds(lease) });
    }

    [Theory]
    [InlineData(-0.001)]
    [InlineData(86_400.001)]
    public async Task S9_a_retry_delay_is_from_nothing_to_a_day(double delay)
    {
        var tag = await EmptyTagAsync();

        await RefusedAsync<InvalidRequestException>(tag, Make.SetUp(1) with { RetryDelay = TimeSpan.FromSeconds(delay) });
        await Scheduler.SetUpJobsAsync(tag, Make.SetUp(1) with { RetryDelay = TimeSpan.FromDays(1) }, CancellationToken.None);
        var update = async () => await Scheduler.UpdateTagAsync(tag, new TagUpdate { RetryDelay = TimeSpan.FromSeconds(delay) }, CancellationToken.None);
        (await update.Should().ThrowAsync<InvalidRequestException>()).WithMessage("*retry_delay_seconds*86400*");
        (await Scheduler.GetProgressAsync(tag, CancellationToken.None)).RetryDelay.Should().Be(TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task S16_a_job_may_be_handed_out_a_thousand_times_and_the_refusal_of_more_says_so()
    {
        var tag = await EmptyTagAsync();
        var tooMany = async () => await Scheduler.SetUpJobsAsync(tag, Make.SetUp(1, n: 1001), CancellationToken.None);

        (await tooMany.Should().ThrowAsync<InvalidRequestException>()).WithMessage("*max_redistribution_attempts is 1001: 1 to 1000 is allowed*");
        await Scheduler.SetUpJobsAsync(tag, Make.SetUp(1, n: 1000), CancellationToken.None);
    }

    [Fact]
    public async Task S19_updates_out_of_their_range_are_refused()
    {
        var tag = await TagAsync(n: 3);

        foreach (var update in (TagUpdate[])[
            new() { MaxRedistributionAttempts = 0 }, new() { MaxRedistributionAttempts = 1001 }, new() { Lease = TimeSpan.Zero }, new() { Lease = TimeSpan.FromDays(31) },
            new() { MaxRedistributionAttempts = 5, Lease = TimeSpan.FromMilliseconds(1) }])
        {
            var call = async () => await Scheduler.UpdateTagAsync(tag, update, CancellationToken.None);
            await call.Should().ThrowAsync<InvalidRequestException>();
        }

        (await Scheduler.GetProgressAsync(tag, CancellationToken.None)).MaxRedistributionAttempts.Should().Be(3);
    }

    [Fact]
    public void S16_text_that_is_too_deep_or_no_json_is_refused()
    {
        JsonText.Parse(Nested(64)).IsObject.Should().BeTrue();
        FluentActions.Invoking(() => JsonText.Parse(Nested(65))).Should().Throw<InvalidJobException>();
        foreach (var text in new[] { "", " ", "{", "{}}", "{'a':1}", "{\"a\":NaN}", "{\"a\":1,}", "{} {}", "\ufeff{}" })
            FluentActions.Invoking(() => JsonText.Parse(text)).Should().Throw<InvalidJobException>(text);
        FluentActions.Invoking(() => JsonText.Parse([(byte)'"', 0xff, (byte)'"'])).Should().Throw<InvalidJobException>();

        static string Nested(int depth) =>
            string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);
    }

    [Fact]
    public async Task S16_a_result_that_is_too_large_or_no_object_is_refused_and_hinders_nothing_else()
    {
        var tag = await TagAsync(jobs: 6);
        await AskAsync(tag, "w", count: 5);

        var answer = await Scheduler.ExchangeAsync(
            new ExchangeRequest
            {
                Tags = [tag],
                Worker = "w",
                Done =
                [
                    new DoneReport(0, OfBytes(MaxBytes + 1)), new DoneReport(1, OfBytes(MaxBytes)), new DoneReport(2, JsonText.Parse("[]")),
                    new DoneReport(3, default), new DoneReport(4, JsonText.Parse("{}")),
                ],
            },
            CancellationToken.None);

        answer.Outcomes.Select(outcome => outcome.Outcome).Should().Equal(
            ReportVerdict.Refused, ReportVerdict.Accepted, ReportVerdict.Refused, ReportVerdict.Refused, ReportVerdict.Accepted);
        answer.Outcomes.Select(outcome => outcome.JobId).Should().Equal(0, 1, 2, 3, 4);
        answer.Outcomes[0].Code.Should().Be(ErrorCodes.TooLarge);
        answer.Outcomes[0].Message.Should().Contain($"{MaxBytes + 1}").And.Contain($"{MaxBytes}");
        answer.Outcomes[2].Code.Should().Be(ErrorCodes.InvalidJob);
        answer.Outcomes[3].Code.Should().Be(ErrorCodes.InvalidJob);
        answer.Jobs.Should().ContainSingle().Which.JobId.Should().Be(5);
        (await CountsAsync(tag)).Should().Be(new JobCounts(0, InProgress: 4, Done: 2, 0, 0));
    }

    [Fact]
    public async Task S16_requests_out_of_their_range_are_refused()
    {
        var tag = await TagAsync();
        var good = new ExchangeRequest { Tags = [tag], Worker = "w" };

        foreach (var bad in (ExchangeRequest[])[
            good with { Count = -1 }, good with { Count = 1025 }, good with { Tags = [] }, good with { Tags = [.. Enumerable.Repeat(tag, 65)] },
            good with { Worker = new string('w', 129) }, good with { RequestId = new string('r', 129) }])
        {
            var call = async () => await Scheduler.ExchangeAsync(bad, CancellationToken.None);
            await call.Should().ThrowAsync<InvalidRequestException>();
        }

        (await CountsAsync(tag)).Waiting.Should().Be(1);
        (await Scheduler.ExchangeAsync(
            good with { Worker = new string('w', 128), RequestId = new string('r', 128), Count = 1024 }, CancellationToken.None)).HasJob.Should().BeTrue();
    }

    [Fact]
    public async Task S16_other_calls_out_of_their_range_are_refused()
    {
        var tag = await TagAsync();

        foreach (var limit in new[] { 0, -1, 1001 })
            await Refused(async () => await Scheduler.GetJobsAsync(tag, new JobQuery { Limit = limit }, CancellationToken.None));
        await Refused(async () => await Scheduler.HeartbeatAsync(new Heartbeat { Tags = [tag], Worker = "" }, CancellationToken.None));
        await Refused(async () => await Scheduler.AddNoteAsync(tag, new TagNote("", JsonText.Parse("1")), false, CancellationToken.None));
        await Refused(async () => await Scheduler.AddNoteAsync(tag, new TagNote(new string('k', 65), JsonText.Parse("1")), false, CancellationToken.None));
        var large = async () => await Scheduler.AddNoteAsync(tag, new TagNote("k", OfBytes(MaxBytes + 1)), false, CancellationToken.None);
        await large.Should().ThrowAsync<TooLargeException>();

        static async Task Refused(Func<Task> call) => await call.Should().ThrowAsync<InvalidRequestException>();
    }

    [Fact]
    public async Task S9_an_error_is_cut_after_64_KiB()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w");

        (await FailAsync(tag, "w", 0, "start " + new string('x', 200_000))).Outcome.Should().Be(ReportVerdict.Accepted);

        var error = (await Scheduler.GetJobsAsync(tag, new JobQuery(), CancellationToken.None)).Jobs[0].Attempts[0].Error;
        error.Should().StartWith("start ");
        Encoding.UTF8.GetByteCount(error!).Should().BeLessThanOrEqualTo(65_536 + 100).And.BeGreaterThan(60_000);
    }

    /// <summary>A description of exactly that many bytes.</summary>
    private static JsonText OfBytes(int bytes) => JsonText.Parse($$"""{"x":"{{new string('y', bytes - 8)}}"}""");

    private async Task<TError> RefusedAsync<TError>(TagAccess tag, JobSetup setup)
        where TError : PyremtoException
    {
        var call = async () => await Scheduler.SetUpJobsAsync(tag, setup, CancellationToken.None);
        var error = (await call.Should().ThrowAsync<TError>()).Which;
        (await AskAsync(tag, "w")).State.Should().Be(NextState.NotSetUp);
        return error;
    }
}
