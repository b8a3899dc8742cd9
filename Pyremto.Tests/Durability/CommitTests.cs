using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

/// <summary>S14: nothing is told before it is kept, and nothing that was not kept stays in memory.</summary>
public sealed class CommitTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingObserver _observer = new();
    private FaultyJournal _journal = null!;
    private JournaledJobStore _store = null!;
    private TagRecord _tag = null!;

    public async Task InitializeAsync()
    {
        _journal = new FaultyJournal(new SqliteJournal(_directory.File("jobs.db"), _time, NullLogger.Instance));
        _store = new JournaledJobStore(new GroupCommitExecutor(_journal, _time, NullLogger.Instance)) { Observer = _observer };
        await _store.OpenAsync(None);
        _tag = await _store.CreateTagAsync(Make.Record("t", Guid.Parse("11111111-2222-3333-4444-555555555555"), _time.GetUtcNow()), None);
        await _store.SetUpJobsAsync(_tag, Make.SetUp(jobs: 10, n: 2), None);
        await _store.GetProgressAsync(_tag, [], None); // an event is told behind its answer, and before the next one is decided
        _observer.Clear();
    }

    public async Task DisposeAsync()
    {
        _journal.LetGo();
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task S14_no_answer_no_event_and_no_tag_is_told_while_its_commit_is_on_the_way()
    {
        var hold = _journal.HoldCommits();
        var answer = Ask("w", "r1").AsTask();
        await _journal.CommitBegunAsync();
        var counts = _store.GetProgressAsync(_tag, [], None).AsTask();
        var created = _store.CreateTagAsync(Make.Record("new", Guid.Parse("21111111-2222-3333-4444-555555555555"), _time.GetUtcNow()), None).AsTask();

        answer.IsCompleted.Should().BeFalse();
        counts.IsCompleted.Should().BeFalse();
        created.IsCompleted.Should().BeFalse();
        _observer.Changes.Should().BeEmpty();
        (await _store.FindTagAsync("new", None)).Should().BeNull();

        hold.SetResult();
        (await answer).Jobs.Should().ContainSingle();
        (await counts).InProgress.Should().Be(1);
        await created;
        (await _store.FindTagAsync("new", None)).Should().NotBeNull();
    }

    [Fact]
    public async Task S14_a_commit_that_fails_gives_store_unavailable_and_leaves_no_trace()
    {
        _journal.Fault = CommitFault.BeforeKeeping;
        await FluentActions.Awaiting(() => Ask("w", "r1").AsTask()).Should().ThrowAsync<StoreUnavailableException>();

        _observer.Changes.Should().BeEmpty("nothing changed");
        var progress = await _store.GetProgressAsync(_tag, [], None);
        (progress.Waiting, progress.InProgress).Should().Be((10, 0));
        var again = await Ask("w", "r1");
        again.Jobs.Should().ContainSingle().Which.Should().Match<HandOut>(job => job.JobId == 0 && job.Attempt == 1);
    }

    [Fact]
    public async Task S8_S14_a_commit_that_failed_although_it_was_kept_gives_the_same_job_to_the_repeated_request()
    {
        _journal.Fault = CommitFault.AfterKeeping;
        await FluentActions.Awaiting(() => Ask("w", "r1").AsTask()).Should().ThrowAsync<StoreUnavailableException>();

        var again = await Ask("w", "r1");
        again.Jobs.Should().ContainSingle().Which.Should().Match<HandOut>(job => job.JobId == 0 && job.Attempt == 1);
        var other = await Ask("w2", "r1");
        other.Jobs.Should().ContainSingle().Which.JobId.Should().Be(1);
    }

    [Fact]
    public async Task S7_S14_who_waits_is_told_of_what_a_commit_kept_although_it_failed()
    {
        _journal.Fault = CommitFault.AfterKeeping;
        await FluentActions.Awaiting(() => _store.SetPausedAsync(_tag, paused: true, None).AsTask()).Should().ThrowAsync<StoreUnavailableException>();

        await _store.SetPausedAsync(_tag, paused: true, None); // the repetition changes nothing
        await _store.GetProgressAsync(_tag, [], None); // what was told before is told by now

        _observer.Changes.Should().Contain(change => change.Tag.Name == "t" && change.Kinds.HasFlag(TagChangeKinds.Answer));
    }

    [Fact]
    public async Task S14_S19_a_deletion_that_a_commit_kept_although_it_failed_is_told()
    {
        _journal.Fault = CommitFault.AfterKeeping;
        await FluentActions.Awaiting(() => _store.DeleteTagAsync(_tag, null, None).AsTask()).Should().ThrowAsync<StoreUnavailableException>();

        await FluentActions.Awaiting(() => _store.DeleteTagAsync(_tag, null, None).AsTask()).Should().ThrowAsync<TagUnknownException>();
        await _store.FindTagsAsync("", null, 10, None); // what was told before is told by now

        _observer.Changes.Should().Contain(change => change.Tag.Instance == _tag.Instance && change.Kinds.HasFlag(TagChangeKinds.Deleted));
    }

    [Fact]
    public async Task S14_callers_of_one_group_fail_together_and_what_was_kept_before_stays()
    {
        var first = (await Ask("w", "r1")).Jobs[0];
        _journal.Fault = CommitFault.BeforeKeeping;
        var report = new ExchangeRequest { Worker = "w", Count = 0, Done = [new DoneReport(first.JobId, JsonText.Parse("{}"))] };
        await FluentActions.Awaiting(() => _store.ExchangeAsync([_tag], report, None).AsTask()).Should().ThrowAsync<StoreUnavailableException>();

        var progress = await _store.GetProgressAsync(_tag, [], None);
        (progress.Done, progress.InProgress).Should().Be((0, 1), "the hand-out was kept, the result was not");
        (await _store.ExchangeAsync([_tag], report, None)).Outcomes[0].Outcome.Should().Be(ReportVerdict.Accepted);
    }

    [Fact]
    public async Task S14_a_tag_whose_creation_was_not_kept_does_not_exist_and_can_be_created()
    {
        var record = Make.Record("new", Guid.Parse("21111111-2222-3333-4444-555555555555"), _time.GetUtcNow(), requestId: "c1");
        _journal.Fault = CommitFault.BeforeKeeping;
        await FluentActions.Awaiting(() => _store.CreateTagAsync(record, None).AsTask()).Should().ThrowAsync<StoreUnavailableException>();
        (await _store.FindTagAsync("new", None)).Should().BeNull();
        await _store.CreateTagAsync(record, None);
        (await _store.FindTagAsync("new", None)).Should().NotBeNull();
    }

    [Fact]
    public async Task S10_workers_in_the_coordinators_process_are_not_lost_by_a_failed_commit()
    {
        await _store.ExchangeAsync([_tag], new ExchangeRequest { Worker = "inside", InProcess = true, RequestId = "r1" }, None);
        _journal.Fault = CommitFault.BeforeKeeping;
        await FluentActions.Awaiting(() => Ask("w", "r2").AsTask()).Should().ThrowAsync<StoreUnavailableException>();
        (await _store.GetProgressAsync(_tag, [], None)).InProgress.Should().Be(1);
    }

    private ValueTask<ExchangeAnswer> Ask(string worker, string requestId) =>
        _store.ExchangeAsync([_tag], new ExchangeRequest { Worker = worker, RequestId = requestId }, None);
}
