using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public abstract class ViewTokenConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    public static TheoryData<string> ReadingVerbs => [.. Verbs.Reading.Keys];

    public static TheoryData<string> WritingVerbs => [.. Verbs.Writing.Keys];

    [Theory]
    [MemberData(nameof(ReadingVerbs))]
    public async Task S15_a_view_token_reads_progress_and_results(string verb)
    {
        var tag = await TagAsync(password: "secret");
        var token = await Scheduler.IssueViewTokenAsync(tag, lifetime: null, CancellationToken.None);

        await Verbs.Reading[verb](Scheduler, new TagAccess("tag", ViewToken: token), CancellationToken.None);
    }

    [Theory]
    [MemberData(nameof(WritingVerbs))]
    public async Task S15_a_view_token_allows_nothing_else(string verb)
    {
        var tag = await TagAsync(password: "secret");
        var token = await Scheduler.IssueViewTokenAsync(tag, lifetime: null, CancellationToken.None);

        var call = () => Verbs.Writing[verb](Scheduler, new TagAccess("tag", ViewToken: token), CancellationToken.None);

        await call.Should().ThrowAsync<WrongPasswordException>();
        (await CountsAsync(tag)).Should().Be(new JobCounts(Waiting: 1, 0, 0, 0, 0));
    }

    [Fact]
    public async Task S15_creating_a_tag_brings_a_view_token()
    {
        var created = await Scheduler.CreateTagAsync(new CreateTag { Tag = "tag", Password = "secret" }, CancellationToken.None);

        created.Tag.Should().Be("tag");
        created.Instance.Should().NotBeEmpty();
        await CountsAsync(new TagAccess("tag", ViewToken: created.ViewToken));
    }

    [Fact]
    public async Task S15_a_view_token_reads_its_own_tag_alone()
    {
        var a = await TagAsync(name: "a", password: "secret");
        await TagAsync(name: "b", password: "secret");
        var token = await Scheduler.IssueViewTokenAsync(a, lifetime: null, CancellationToken.None);

        await RefusedAsync(new TagAccess("b", ViewToken: token));
    }

    [Fact]
    public async Task S15_a_forged_view_token_is_refused()
    {
        var tag = await TagAsync(password: "secret");
        var token = await Scheduler.IssueViewTokenAsync(tag, TimeSpan.FromHours(1), CancellationToken.None);

        for (var i = 0; i < token.Length - 1; i++) // the last character of Base64 may hold bits that count for nothing
        {
            var forged = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            await RefusedAsync(new TagAccess("tag", ViewToken: forged));
        }
        foreach (var forged in new[] { "", "x", token[..^2], token + token, new string('A', 10_000), "÷" })
            await RefusedAsync(new TagAccess("tag", ViewToken: forged));
    }

    [Fact]
    public async Task S15_a_view_token_holds_as_long_as_it_was_issued_for()
    {
        var tag = await TagAsync(password: "secret");
        var view = new TagAccess("tag", ViewToken: await Scheduler.IssueViewTokenAsync(tag, TimeSpan.FromHours(1), CancellationToken.None));
        Time.Advance(TimeSpan.FromHours(1) - Second);
        await CountsAsync(view);

        Time.Advance(2 * Second);

        await RefusedAsync(view);
    }

    [Fact]
    public async Task S15_a_view_token_may_hold_a_hundred_years_and_no_longer()
    {
        var tag = await TagAsync(password: "secret");
        var longest = TimeSpan.FromDays(36_525);

        await CountsAsync(new TagAccess("tag", ViewToken: await Scheduler.IssueViewTokenAsync(tag, longest, CancellationToken.None)));

        foreach (var longer in new[] { longest + Second, TimeSpan.MaxValue / 3 })
            await FluentActions.Awaiting(() => Scheduler.IssueViewTokenAsync(tag, longer, CancellationToken.None).AsTask()).Should().ThrowAsync<InvalidRequestException>();
    }


    [Fact]
    public async Task S15_rotating_makes_all_view_tokens_worthless_and_brings_a_new_one()
    {
        var tag = await TagAsync(password: "secret");
        var old = new TagAccess("tag", ViewToken: await Scheduler.IssueViewTokenAsync(tag, lifetime: null, CancellationToken.None));
        await CountsAsync(old);

        var token = await Scheduler.RotateViewTokensAsync(tag, CancellationToken.None);

        await RefusedAsync(old);
        await CountsAsync(new TagAccess("tag", ViewToken: token));
        await CountsAsync(tag);
    }

    [Fact]
    public async Task S15_a_view_token_of_a_deleted_tag_does_not_read_a_new_one_of_its_name()
    {
        var tag = await TagAsync(password: "secret");
        var view = new TagAccess("tag", ViewToken: await Scheduler.IssueViewTokenAsync(tag, lifetime: null, CancellationToken.None));
        await Scheduler.DeleteTagAsync(tag, CancellationToken.None);
        await TagAsync(password: "secret");

        await RefusedAsync(view);
    }

    [Fact]
    public async Task S15_view_tokens_survive_a_restart()
    {
        if (!IsDurable)
            return;
        var tag = await TagAsync(password: "secret");
        var old = new TagAccess("tag", ViewToken: await Scheduler.IssueViewTokenAsync(tag, lifetime: null, CancellationToken.None));
        var view = new TagAccess("tag", ViewToken: await Scheduler.RotateViewTokensAsync(tag, CancellationToken.None));

        await Harness.RestartAsync();

        await CountsAsync(view);
        await RefusedAsync(old);
    }

    private async Task RefusedAsync(TagAccess view)
    {
        var read = () => CountsAsync(view);
        await read.Should().ThrowAsync<WrongPasswordException>();
    }
}
