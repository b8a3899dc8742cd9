using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

/// <summary>A result shares its row with the hand-out that answers the same exchange, and with no other one.</summary>
public sealed class SharedRowTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task S4_a_result_and_another_workers_hand_out_of_the_same_commit_and_microsecond_keep_their_workers()
    {
        var path = _directory.File("jobs.db");
        var tag = Make.Record("t", Guid.Parse("11111111-2222-3333-4444-555555555555"), _time.GetUtcNow());
        using (var journal = new SqliteJournal(path, _time, NullLogger.Instance))
        {
            var writer = new StoreWriter(journal, _time, NullLogger.Instance);
            writer.Open();
            Write(
                writer,
                state => state.CreateTag(tag, Now),
                state => state.SetUp(tag, Make.SetUp(2), DescriptionTable.Of(Make.SetUp(2)), Now),
                state => state.Exchange([tag], new ExchangeRequest { Worker = "w1" }, Now));
            Write(
                writer,
                state => state.Exchange([tag], new ExchangeRequest { Worker = "w1", Count = 0, Done = [new DoneReport(0, JsonText.Parse("{}"))] }, Now),
                state => state.Exchange([tag], new ExchangeRequest { Worker = "w2" }, Now));
        }
        await using var store = JournaledJobStore.Sqlite(path, _time, NullLogger.Instance);
        await store.OpenAsync(CancellationToken.None);

        (await store.ReadResultsAsync(tag, new ResultQuery(), CancellationToken.None)).Should().ContainSingle().Which.Worker.Should().Be("w1");
        var jobs = (await store.ReadJobsAsync(tag, new JobQuery(), CancellationToken.None)).Jobs;
        jobs[1].Attempts.Should().ContainSingle().Which.Worker.Should().Be("w2");
    }

    private long Now => _time.GetUtcNow().ToMicros();

    /// <summary>Has changes decided one after the other, and kept by one commit.</summary>
    private static void Write(StoreWriter writer, params Func<StoreState, object>[] changes)
    {
        var left = new Queue<Func<StoreState, object>>(changes);
        writer.WriteGroup(TryTake).Should().Be(changes.Length);

        bool TryTake(int groupSize, [NotNullWhen(true)] out StoreWork? work)
        {
            work = left.TryDequeue(out var change)
                ? new StoreWork<Func<StoreState, object>, object>(static (state, change, _) => change(state), change, CancellationToken.None)
                : null;
            return work is not null;
        }
    }
}
