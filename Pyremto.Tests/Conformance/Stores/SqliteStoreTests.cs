using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public sealed class SqliteStoreSetUp() : SetUpConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreOrder() : OrderConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreChangedLease() : ChangedLeaseConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreBudget() : BudgetConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreResult() : ResultConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreReport() : ReportConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreAnswer() : AnswerConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreReplay() : ReplayConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreFailRelease() : FailReleaseConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreLease() : LeaseConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStorePolicy() : PolicyConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreNotNeeded() : NotNeededConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreRetry() : RetryConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreRepetition() : RepetitionConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreJson() : JsonConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreOwner() : OwnerConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreNote() : NoteConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreSeveralTags() : SeveralTagsConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreObserver() : ObserverConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreReopenedAttempts() : ReopenedAttemptsConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreReopenedLeases() : ReopenedLeasesConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreReopenedTags() : ReopenedTagsConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreReopenedResults() : ReopenedResultsConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStorePage() : PageConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreWorker() : WorkerConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreRetryDelay() : RetryDelayConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreLiveWorkers() : LiveWorkersConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreUnchangedJobs() : UnchangedJobsConformance(StoreUnderTest.Sqlite);

public sealed class SqliteStoreReopenedDelays() : ReopenedDelaysConformance(StoreUnderTest.Sqlite);
