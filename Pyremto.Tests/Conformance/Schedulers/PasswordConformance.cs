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
    public async Task S15_of_a_tag_whose_password_did_not_come_no_watcher_is_told()
    {
        var open = await TagAsync(jobs: 2, name: "open");
        var tag = await TagAsync(jobs: 2, password: Password);
        var job = await TakeAsync(tag, "w");
        await TakeAsync(open, "w");
        using var stop = new CancellationTokenSource();
        await using var unnamed = Watch(open);
        await using var without = Watch(open, tag with { Password = null });
        await using var wrong = Watch(open, tag with { Password = "wrong" });
        await using var right = Watch(open, tag);
        var first = new[] { unnamed, without, wrong, right }.Select(watcher => watcher.MoveNextAsync().AsTask()).ToArray();
        await Scheduler.TagExistsAsync("tag", CancellationToken.None); // behind the watches, where a network is between

        await Scheduler.CancelAsync(tag, [0], CancellationToken.None);
        await Scheduler.CancelAsync(open, [0], CancellationToken.None);

        (await Task.WhenAll(first).WaitAsync(Patience)).Should().AllBeEquivalentTo(true);
        foreach (var watcher in new[] { unnamed, without, wrong })
            watcher.Current.Tag.Should().Be("open");
        right.Current.Should().Be(new JobNotNeeded("tag", job.Instance, 0, 1, "w"));
        await stop.CancelAsync();

        IAsyncEnumerator<JobNotNeeded> Watch(params TagAccess[] tags) =>
            Scheduler.WatchNotNeededAsync(new NotNeededWatch { Tags = tags, Workers = ["w"] }, stop.Token).GetAsyncEnumerator(stop.Token);
    }

    [Fact]
    public async Task S15_whoever_has_work_of_a_protected_tag_is_told_that_the_tag_is_deleted()
    {
        var tag = await EmptyTagAsync("tag", Password);
        using var stop = new CancellationTokenSource();
        await using var told = Scheduler.WatchNotNeededAsync(
            new NotNeededWatch { Tags = [tag, new TagAccess("to come")], Workers = ["w"] }, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = told.MoveNextAsync().AsTask();
        await Scheduler.SetUpJobsAsync(tag, Make.SetUp(1), CancellationToken.None);
        await TakeAsync(tag, "w");

        await Scheduler.DeleteTagAsync(tag, CancellationToken.None);

        (await next.WaitAsync(Patience)).Should().BeTrue();
        told.Current.Tag.Should().Be("tag");
        await stop.CancelAsync();
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
    public async Task S15_a_password_that_is_said_to_be_random_is_kept_as_a_salted_hash_that_costs_nothing()
    {
        const string Random = "uEFg0u8LrYbGm2c1Xn9Qxw";
        foreach (var name in new[] { "a", "b" })
            await Scheduler.CreateTagAsync(new CreateTag { Tag = name, Password = Random, PasswordIsRandom = true }, CancellationToken.None);

        var a = await Harness.Store.FindTagAsync("a", CancellationToken.None);
        var b = await Harness.Store.FindTagAsync("b", CancellationToken.None);
        a!.PasswordHash.Should().StartWith("hmac-sha256$").And.NotContain(Random);
        b!.PasswordHash.Should().NotBe(a.PasswordHash, "each has its own salt");
        (await CountsAsync(new TagAccess("a", Random))).Should().Be(default(JobCounts));
        var guess = () => CountsAsync(new TagAccess("a", Random[..^1] + "x"));
        await guess.Should().ThrowAsync<WrongPasswordException>();
    }

    [Theory]
    [InlineData("uEFg0u8LrYbGm2c1Xn9Qx")]
    [InlineData(null)]
    public async Task S15_no_short_password_is_believed_to_be_random(string? password)
    {
        var create = async () => await Scheduler.CreateTagAsync(new CreateTag { Tag = "a", Password = password, PasswordIsRandom = true }, CancellationToken.None);
        (await create.Should().ThrowAsync<InvalidRequestException>()).Which.Message.Should().Contain("22");
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
