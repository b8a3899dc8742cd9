using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public sealed class HttpSqlitePassword() : PasswordConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));

public sealed class HttpSqliteViewToken() : ViewTokenConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));

public sealed class HttpSqliteLimit() : LimitConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));

public sealed class HttpSqliteLongPoll() : LongPollConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));

public sealed class HttpSqliteCancellation() : CancellationConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));

public sealed class HttpSqliteSteering() : SteeringConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));

public sealed class HttpSqliteLeaseTimer() : LeaseTimerConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));

public sealed class HttpSqliteSeveralTags() : SeveralTagsSchedulerConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));

public sealed class HttpSqliteReading() : ReadingConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));

public sealed class HttpSqliteGoneCaller() : GoneCallerConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));

public sealed class HttpSqliteRefusedTag() : RefusedTagConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.Sqlite));
