using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public sealed class NamedPipeInMemoryPassword() : PasswordConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));

public sealed class NamedPipeInMemoryViewToken() : ViewTokenConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));

public sealed class NamedPipeInMemoryLimit() : LimitConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));

public sealed class NamedPipeInMemoryLongPoll() : LongPollConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));

public sealed class NamedPipeInMemoryCancellation() : CancellationConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));

public sealed class NamedPipeInMemorySteering() : SteeringConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));

public sealed class NamedPipeInMemoryLeaseTimer() : LeaseTimerConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));

public sealed class NamedPipeInMemorySeveralTags() : SeveralTagsSchedulerConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));

public sealed class NamedPipeInMemoryReading() : ReadingConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));

public sealed class NamedPipeInMemoryGoneCaller() : GoneCallerConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));

public sealed class NamedPipeInMemoryRefusedTag() : RefusedTagConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.InMemory));
