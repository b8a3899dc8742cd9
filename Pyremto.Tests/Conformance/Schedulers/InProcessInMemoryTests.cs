using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public sealed class InProcessInMemoryPassword() : PasswordConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));

public sealed class InProcessInMemoryViewToken() : ViewTokenConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));

public sealed class InProcessInMemoryLimit() : LimitConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));

public sealed class InProcessInMemoryLongPoll() : LongPollConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));

public sealed class InProcessInMemoryCancellation() : CancellationConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));

public sealed class InProcessInMemorySteering() : SteeringConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));

public sealed class InProcessInMemoryLeaseTimer() : LeaseTimerConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));

public sealed class InProcessInMemorySeveralTags() : SeveralTagsSchedulerConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));

public sealed class InProcessInMemoryReading() : ReadingConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));

public sealed class InProcessInMemoryGoneCaller() : GoneCallerConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));

public sealed class InProcessInMemoryRefusedTag() : RefusedTagConformance(SchedulerUnderTest.InProcess(StoreUnderTest.InMemory));
