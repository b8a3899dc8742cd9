using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public sealed class InProcessSqlitePassword() : PasswordConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));

public sealed class InProcessSqliteViewToken() : ViewTokenConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));

public sealed class InProcessSqliteLimit() : LimitConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));

public sealed class InProcessSqliteLongPoll() : LongPollConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));

public sealed class InProcessSqliteCancellation() : CancellationConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));

public sealed class InProcessSqliteSteering() : SteeringConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));

public sealed class InProcessSqliteLeaseTimer() : LeaseTimerConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));

public sealed class InProcessSqliteSeveralTags() : SeveralTagsSchedulerConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));

public sealed class InProcessSqliteReading() : ReadingConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));

public sealed class InProcessSqliteGoneCaller() : GoneCallerConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));

public sealed class InProcessSqliteRefusedTag() : RefusedTagConformance(SchedulerUnderTest.InProcess(StoreUnderTest.Sqlite));
