using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public abstract class PasswordConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    private const string Password = "correct horse ÷ battery";

    public static TheoryData<string> AllVerbs => Verbs.All;

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task S15_without_its_password_a_tag_answers_nobody(string verb)
    {
        var tag = await TagAsync(jobs: 2, password: Password);

        foreach (var wrong in new[] { null, "wrong" })
        {
            var call = () => Verbs.Find(verb)(Scheduler, tag with { Password = wrong }, CancellationToken.None);
            (await call.Should().ThrowAsync<WrongPasswordException>()).Which.Message.Should().NotContain(Password);
        }

        (await CountsAsync(tag)).Should().Be(new JobCounts(Waiting: 2, 0, 0, 0, 0));
    }

    [Fact]
    public async Task S15_almost_the_password_is_not_the_password()
    {
        var tag = await TagAsync(password: Password);

        foreach (var wrong in new[] { "", Password + " ", Password[..^1], Password.ToUpperInvariant(), Password + "\0" })
        {
            var read = () => CountsAsync(tag with { Password = wrong });
            await read.Should().ThrowAsync<WrongPasswordException>();
        }
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task A_tag_that_does_not_exist_is_unknown(string verb)
    {
        var call = () => Verbs.Find(verb)(Scheduler, new TagAccess("nowhere", "some"), CancellationToken.None);

        (await call.Should().ThrowAsync<TagUnknownException>()).Which.Message.Should().Contain("nowhere");
    }

    [Fact]
    public async Task S15_a_heartbeat_needs_the_password_too()
    {
        var tag = await TagAsync(password: Password);
        await TakeAsync(tag, "w");

        var beat = async () => await Scheduler.HeartbeatAsync(
            new Heartbeat { Tags = [tag with { Password = "wrong" }], Worker = "w" }, CancellationToken.None);

        await beat.Should().ThrowAsync<WrongPasswordException>();
    }

    [Fact]
    public async Task S15_with_its_password_a_tag_answers()
    {
        var tag = await TagAsync(jobs: 1, password: Password);

        await TakeAsync(tag, "w");
        await DoneAsync(tag, "w", 0);

        (await ListAsync(Scheduler.GetResultsAsync(tag, new ResultQuery(), CancellationToken.None))).Should().ContainSingle();
    }

    [Fact]
    public async Task S15_that_a_name_is_taken_is_all_that_can_be_learned()
    {
        await TagAsync(password: Password);

        (await Scheduler.TagExistsAsync("tag", CancellationToken.None)).Should().BeTrue();
        (await Scheduler.TagExistsAsync("other", CancellationToken.None)).Should().BeFalse();
        var take = async () => await Scheduler.CreateTagAsync(new CreateTag { Tag = "tag" }, CancellationToken.None);
        (await take.Should().ThrowAsync<TagTakenException>()).Which.Message.Should().NotContain(Password);
    }

    [Fact]
    public async Task S15_a_password_is_kept_as_a_salted_hash()
    {
        await EmptyTagAsync("a", Password);
        await EmptyTagAsync("b", Password);

        var a = await Harness.Store.FindTagAsync("a", CancellationToken.None);
        var b = await Harness.Store.FindTagAsync("b", CancellationToken.None);

        a!.PasswordHash.Should().NotBeNullOrEmpty().And.NotContain(Password);
        b!.PasswordHash.Should().NotBe(a.PasswordHash, "each has its own salt");
    }

    [Fact]
    public async Task S15_a_remembered_password_is_worth_nothing_for_a_new_tag_of_the_same_name()
    {
        var old = await TagAsync(password: "old");
        await CountsAsync(old);
        await Scheduler.DeleteTagAsync(old, CancellationToken.None);
        await TagAsync(password: "new");

        var read = () => CountsAsync(old);

        await read.Should().ThrowAsync<WrongPasswordException>();
        (await CountsAsync(old with { Password = "new" })).Total.Should().Be(1);
    }

    [Fact]
    public async Task S15_a_password_that_is_too_long_is_refused()
    {
        var create = async (int length) => await EmptyTagAsync($"tag{length}", new string('x', length));

        await create.Invoking(c => c(1025)).Should().ThrowAsync<TooLargeException>();
        await create(1024);

        (await Scheduler.TagExistsAsync("tag1025", CancellationToken.None)).Should().BeFalse();
    }

    [Fact]
    public async Task S15_after_a_restart_the_password_is_asked_again()
    {
        if (!IsDurable)
            return;
        var tag = await TagAsync(password: Password);
        await Harness.RestartAsync();

        var read = () => CountsAsync(tag with { Password = "wrong" });

        await read.Should().ThrowAsync<WrongPasswordException>();
        (await CountsAsync(tag)).Total.Should().Be(1);
    }
}
