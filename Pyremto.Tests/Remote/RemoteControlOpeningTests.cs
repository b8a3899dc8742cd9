using Pyremto.Tests.Support;

namespace Pyremto.Tests.Remote;

public sealed class RemoteControlOpeningTests
{
    private readonly ScriptedScheduler _scheduler = new();

    [Fact]
    public async Task A_tag_that_does_not_exist_is_created_with_the_password()
    {
        await using var remote = await RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr", Password = "secret" });

        remote.Tag.Should().Be("svr");
        _scheduler.Created.Should().ContainSingle().Which.Should().Match<CreateTag>(created =>
            created.Tag == "svr" && created.Password == "secret" && created.RequestId != null);
    }

    [Fact]
    public async Task Without_a_tag_the_coordinator_makes_a_name_up()
    {
        await using var remote = await RemoteControl.OpenAsync(_scheduler);

        remote.Tag.Should().Be("made-up");
    }

    [Fact]
    public async Task S15_a_tag_that_exists_is_not_created_and_its_password_is_checked()
    {
        _scheduler.Exists = _ => true;
        _scheduler.Progress = tag => tag.Password == "secret"
            ? new TagProgress { Tag = tag.Tag, State = TagStatus.Running }
            : throw new WrongPasswordException("no");

        await using var right = await RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr", Password = "secret" });
        var wrong = () => RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr", Password = "guess" });

        await wrong.Should().ThrowAsync<WrongPasswordException>();
        _scheduler.Created.Should().BeEmpty();
    }

    [Fact]
    public async Task A_tag_that_another_creates_in_between_is_opened()
    {
        _scheduler.Create = _ => throw new TagTakenException("taken");
        var asked = 0;
        _scheduler.Progress = tag =>
        {
            asked++;
            return new TagProgress { Tag = tag.Tag, State = TagStatus.NotSetUp };
        };

        await using var remote = await RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr" });

        asked.Should().Be(1);
    }

    [Fact]
    public async Task S1_a_creation_whose_answer_was_lost_is_repeated_with_the_same_request_id()
    {
        var lost = true;
        _scheduler.Create = request =>
        {
            if (!lost)
                return new CreatedTag("svr", ScriptedScheduler.Instance, "token");
            lost = false;
            throw new CoordinatorUnreachableException("gone");
        };

        var clock = new FakeTimeProvider();

        var open = RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr", TimeProvider = clock });
        await clock.UntilTimerAsync(_ => true);
        clock.Advance(TimeSpan.FromSeconds(1));
        await using var remote = await open;

        _scheduler.Created.Select(created => created.RequestId).Distinct(StringComparer.Ordinal).Should().ContainSingle();
        _scheduler.Created.Should().HaveCount(2);
    }

    [Fact]
    public async Task Without_patience_an_absent_coordinator_is_an_error_at_once()
    {
        _scheduler.Exists = _ => throw new CoordinatorUnreachableException("gone");

        var open = () => RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr", Patience = TimeSpan.Zero });

        await open.Should().ThrowAsync<CoordinatorUnreachableException>();
    }

    [Fact]
    public async Task A_tag_that_must_exist_is_not_created_and_its_absence_is_said()
    {
        var open = () => RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr", MustExist = true });

        await open.Should().ThrowAsync<TagUnknownException>().WithMessage("*'svr' does not exist*");

        _scheduler.Exists = _ => true;
        await using var remote = await open();
        remote.Tag.Should().Be("svr");
        _scheduler.Created.Should().BeEmpty();
    }

    [Fact]
    public async Task S15_by_view_token_a_tag_is_read_and_nothing_else()
    {
        TagAccess? checkedBy = null;
        _scheduler.Progress = tag =>
        {
            checkedBy = tag;
            return new TagProgress { Tag = tag.Tag, State = TagStatus.Running };
        };
        var open = () => RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr", ViewToken = "token", PublicUrl = new Uri("https://box/") });
        await open.Should().ThrowAsync<TagUnknownException>();
        _scheduler.Exists = _ => true;

        await using var remote = await open();

        checkedBy.Should().Be(new TagAccess("svr", ViewToken: "token"));
        remote.ProgressUrl!.Fragment.Should().Be("#view=token");
        (await remote.GetProgressAsync()).State.Should().Be(TagStatus.Running);
        (await remote.GetResultsAsync().ToListAsync()).Should().BeEmpty();
        Func<Task>[] writes =
        [
            () => remote.SetupJobsAsync([JsonText.Parse("{}")]), () => remote.SetupJobsAsync([JsonText.Parse("{}")], new() { Repetitions = 2 }),
            () => remote.GetNextJobAsync(), () => remote.SetJobDoneAsync(0, JsonText.Parse("{}")), () => remote.FailJobAsync(0, "e"),
            () => remote.ReleaseJobAsync(0), () => remote.RetryAsync(), () => remote.CancelAsync(), () => remote.PauseAsync(), () => remote.ResumeAsync(),
            () => remote.UpdateAsync(new TagUpdate()), () => remote.DeleteAsync(),
        ];
        foreach (var write in writes)
            await write.Should().ThrowAsync<WrongPasswordException>().WithMessage("*view token*password*");
        _scheduler.Created.Should().BeEmpty();
        _scheduler.SetUps.Should().BeEmpty();
        _scheduler.Exchanges.Reader.TryRead(out _).Should().BeFalse();
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused_before_anything_is_done()
    {
        RemoteControlOptions[] bad =
        [
            new() { Patience = TimeSpan.FromSeconds(-5) },
            new() { PublicUrl = new Uri("/t", UriKind.Relative) },
            new() { PublicUrl = new Uri("file:///tmp") },
            new() { QrImagePath = " " },
            new() { MustExist = true },
            new() { ViewToken = "token" },
            new() { Tag = "svr", ViewToken = "token", Password = "secret" },
        ];

        foreach (var options in bad)
            await FluentActions.Awaiting(() => RemoteControl.OpenAsync(_scheduler, options)).Should().ThrowAsync<InvalidRequestException>();
        await FluentActions.Awaiting(() => RemoteControl.OpenAsync(_scheduler, new() { QrImagePath = "/no/such/folder/qr.png" }))
            .Should().ThrowAsync<DirectoryNotFoundException>();
        _scheduler.Created.Should().BeEmpty();
    }

    [Fact]
    public async Task The_code_is_printed_with_the_tag_below_it()
    {
        var output = new StringWriter();

        await using var remote = await RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr", ShowQr = true, Output = output });

        output.ToString().Should().Contain("▀").And.EndWith("tag: svr\n").And.NotContain("\e[");
        remote.ProgressUrl.Should().BeNull();
    }

    [Fact]
    public async Task S15_the_page_in_the_code_carries_a_view_token_and_never_the_password()
    {
        var output = new StringWriter();

        await using var remote = await RemoteControl.OpenAsync(
            _scheduler,
            new() { Tag = "süß 1", Password = "secret", ShowQr = true, Output = output, PublicUrl = new Uri("https://box:5080/jobs/") });

        remote.ProgressUrl!.AbsoluteUri.Should().Be("https://box:5080/jobs/t/s%C3%BC%C3%9F%201#view=view-token");
        output.ToString().Should().Contain(remote.ProgressUrl.AbsoluteUri).And.NotContain("secret");
    }

    [Fact]
    public async Task The_image_of_the_code_is_a_png()
    {
        var path = Path.Combine(Path.GetTempPath(), $"pyremto-{Path.GetRandomFileName()}.png");
        try
        {
            await using var remote = await RemoteControl.OpenAsync(_scheduler, new() { Tag = "svr", QrImagePath = path });

            (await File.ReadAllBytesAsync(path)).Should().StartWith([0x89, (byte)'P', (byte)'N', (byte)'G']);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
