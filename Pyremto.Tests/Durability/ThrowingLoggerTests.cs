using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

public sealed class ThrowingLoggerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task S14_a_logging_provider_that_throws_ends_neither_the_store_nor_the_process_when_a_commit_fails()
    {
        using var directory = new TempDirectory();
        var time = new FakeTimeProvider();
        var journal = new FaultyJournal(new SqliteJournal(directory.File("jobs.db"), time, NullLogger.Instance));
        await using var store = new JournaledJobStore(new GroupCommitExecutor(journal, time, new ThrowingLogger()));
        await store.OpenAsync(None);

        for (var instance = 1; instance <= 2; instance++)
        {
            var record = Make.Record("t", new Guid(instance, 0, 0, new byte[8]), time.GetUtcNow());
            journal.Fault = CommitFault.BeforeKeeping;
            await store.Invoking(s => s.CreateTagAsync(record, None).AsTask()).Should().ThrowAsync<StoreUnavailableException>();
            await store.CreateTagAsync(record, None);
            await store.DeleteTagAsync(record, ifUnusedFor: null, None);
        }
    }

    private sealed class ThrowingLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new AggregateException("The log's disk is full.");

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new AggregateException("The log's disk is full.");
    }
}
