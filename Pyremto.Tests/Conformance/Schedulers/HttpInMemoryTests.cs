using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public sealed class HttpInMemoryPassword() : PasswordConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));

public sealed class HttpInMemoryViewToken() : ViewTokenConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));

public sealed class HttpInMemoryLimit() : LimitConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));

public sealed class HttpInMemoryLongPoll() : LongPollConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));

public sealed class HttpInMemoryCancellation() : CancellationConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));

public sealed class HttpInMemorySteering() : SteeringConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));

public sealed class HttpInMemoryLeaseTimer() : LeaseTimerConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));

public sealed class HttpInMemorySeveralTags() : SeveralTagsSchedulerConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));

public sealed class HttpInMemoryReading() : ReadingConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));

public sealed class HttpInMemoryGoneCaller() : GoneCallerConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));

public sealed class HttpInMemoryRefusedTag() : RefusedTagConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory));
