using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public sealed class NamedPipeSqlitePassword() : PasswordConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));

public sealed class NamedPipeSqliteViewToken() : ViewTokenConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));

public sealed class NamedPipeSqliteLimit() : LimitConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));

public sealed class NamedPipeSqliteLongPoll() : LongPollConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));

public sealed class NamedPipeSqliteCancellation() : CancellationConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));

public sealed class NamedPipeSqliteSteering() : SteeringConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));

public sealed class NamedPipeSqliteLeaseTimer() : LeaseTimerConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));

public sealed class NamedPipeSqliteSeveralTags() : SeveralTagsSchedulerConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));

public sealed class NamedPipeSqliteReading() : ReadingConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));

public sealed class NamedPipeSqliteGoneCaller() : GoneCallerConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));

public sealed class NamedPipeSqliteRefusedTag() : RefusedTagConformance(SchedulerUnderTest.OverNamedPipe(StoreUnderTest.Sqlite));
