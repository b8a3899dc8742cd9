using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class SetUpConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S1_setting_up_answers_how_many_jobs_there_are()
    {
        var tag = await EmptyTagAsync();

        var count = await tag.SetUpAsync(Make.SetUp(jobs: 3));

        count.Should().Be(3);
        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 3, 0, 0, 0, 0));
    }

    [Fact]
    public async Task S1_a_set_up_keeps_its_settings()
    {
        var tag = await EmptyTagAsync();

        await tag.SetUpAsync(Make.SetUp(jobs: 2, n: 7, RedistributionPolicy.WhenLost, TimeSpan.FromSeconds(90)) with { Repetitions = 4 });

        var progress = await tag.ProgressAsync();
        progress.MaxRedistributionAttempts.Should().Be(7);
        progress.Policy.Should().Be(RedistributionPolicy.WhenLost);
        progress.Lease.Should().Be(TimeSpan.FromSeconds(90));
        progress.Repetitions.Should().Be(4);
        progress.State.Should().Be(TagStatus.Running);
        progress.CreatedAt.Should().Be(Time.GetUtcNow());
        progress.StartedAt.Should().BeNull();
        progress.LastResultAt.Should().BeNull();
    }

    [Fact]
    public async Task S1_a_second_set_up_fails_and_changes_nothing()
    {
        var tag = await TagAsync(jobs: 2, n: 2);

        var again = () => tag.SetUpAsync(Make.SetUp(jobs: 5, n: 9, RedistributionPolicy.WhenLost));

        (await again.Should().ThrowAsync<JobsAlreadySetUpException>()).Which.Message.Should().Contain("tag");
        var progress = await tag.ProgressAsync();
        progress.Total.Should().Be(2);
        progress.MaxRedistributionAttempts.Should().Be(2);
        progress.Policy.Should().Be(RedistributionPolicy.WhenIdle);
    }

    [Fact]
    public async Task S1_a_set_up_repeated_with_its_request_id_succeeds_and_changes_nothing()
    {
        var tag = await EmptyTagAsync();
        var setup = Make.SetUp(jobs: 2, requestId: "once");
        await tag.SetUpAsync(setup);
        await tag.TakeAsync("w");
        await tag.DoneAsync("w", 0);

        (await tag.SetUpAsync(setup)).Should().Be(2);

        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, InProgress: 0, Done: 1, 0, 0));
    }

    [Fact]
    public async Task S1_a_set_up_with_another_request_id_is_another_one()
    {
        var tag = await EmptyTagAsync();
        await tag.SetUpAsync(Make.SetUp(jobs: 2, requestId: "one"));

        var other = () => tag.SetUpAsync(Make.SetUp(jobs: 2, requestId: "two"));
        var without = () => tag.SetUpAsync(Make.SetUp(jobs: 2));

        await other.Should().ThrowAsync<JobsAlreadySetUpException>();
        await without.Should().ThrowAsync<JobsAlreadySetUpException>();
    }

    [Fact]
    public async Task S1_of_set_ups_that_race_one_wins()
    {
        var tag = await EmptyTagAsync();

        var races = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() => TryAsync(i))));

        var winner = races.Should().ContainSingle(jobs => jobs > 0).Subject;
        (await tag.CountsAsync()).Total.Should().Be(winner);

        async Task<int> TryAsync(int jobs)
        {
            try
            {
                return await tag.SetUpAsync(Make.SetUp(jobs, requestId: $"request {jobs}"));
            }
            catch (JobsAlreadySetUpException)
            {
                return 0;
            }
        }
    }

    [Fact]
    public async Task S1_a_name_is_taken_once()
    {
        await EmptyTagAsync("name");

        var again = async () => await Store.CreateTagAsync(NewRecord("name"), CancellationToken.None);

        (await again.Should().ThrowAsync<TagTakenException>()).Which.Message.Should().Contain("name");
    }

    [Fact]
    public async Task S1_a_creation_repeated_with_its_request_id_answers_with_the_tag_there_is()
    {
        var first = await Store.CreateTagAsync(NewRecord(requestId: "r"), CancellationToken.None);

        var again = await Store.CreateTagAsync(NewRecord(requestId: "r"), CancellationToken.None);
        var other = async () => await Store.CreateTagAsync(NewRecord(requestId: "s"), CancellationToken.None);

        again.Instance.Should().Be(first.Instance);
        await other.Should().ThrowAsync<TagTakenException>();
    }

    [Fact]
    public async Task Tags_are_found_by_name_and_by_prefix_in_pages()
    {
        foreach (var name in new[] { "b", "a2", "a1", "A1", "a3", "%", "a_" })
            await EmptyTagAsync(name);

        (await Store.FindTagAsync("a1", CancellationToken.None))!.Name.Should().Be("a1");
        (await Store.FindTagAsync("a", CancellationToken.None)).Should().BeNull();
        var page = await Store.FindTagsAsync("a", after: null, limit: 2, CancellationToken.None);
        page.Select(tag => tag.Name).Should().Equal("a1", "a2");
        page = await Store.FindTagsAsync("a", after: "a2", limit: 2, CancellationToken.None);
        page.Select(tag => tag.Name).Should().Equal("a3", "a_");
        page = await Store.FindTagsAsync("", after: null, limit: 100, CancellationToken.None);
        page.Select(tag => tag.Name).Should().Equal("%", "A1", "a1", "a2", "a3", "a_", "b");
    }

    [Fact]
    public async Task A_record_is_kept_as_it_was_given()
    {
        var given = NewRecord("tag", requestId: "r", passwordHash: "hash");

        await Store.CreateTagAsync(given, CancellationToken.None);

        (await Store.FindTagAsync("tag", CancellationToken.None)).Should().BeEquivalentTo(given, o => o.Excluding(tag => tag.Alone).Excluding(tag => tag.ViewKey));
    }
}
