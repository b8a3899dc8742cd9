using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public sealed class InMemoryStoreSetUp() : SetUpConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreOrder() : OrderConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreChangedLease() : ChangedLeaseConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreBudget() : BudgetConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreResult() : ResultConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreReport() : ReportConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreAnswer() : AnswerConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreReplay() : ReplayConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreFailRelease() : FailReleaseConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreLease() : LeaseConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStorePolicy() : PolicyConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreNotNeeded() : NotNeededConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreRetry() : RetryConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreRepetition() : RepetitionConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreJson() : JsonConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreOwner() : OwnerConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreNote() : NoteConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreSeveralTags() : SeveralTagsConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreObserver() : ObserverConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStorePage() : PageConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreWorker() : WorkerConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreRetryDelay() : RetryDelayConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreLiveWorkers() : LiveWorkersConformance(StoreUnderTest.InMemory);

public sealed class InMemoryStoreUnchangedJobs() : UnchangedJobsConformance(StoreUnderTest.InMemory);
