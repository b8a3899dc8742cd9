namespace Pyremto;

/// <summary>Moments as the ledger and the stores keep them: whole microseconds since 1970 (UTC).</summary>
internal static class UnixTime
{
    public const long MicrosPerSecond = 1_000_000;

    public static long ToMicros(this DateTimeOffset moment) =>
        (moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static long ToMicros(this TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicros(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    public static TimeSpan SpanFromMicros(long micros) => new(micros * TimeSpan.TicksPerMicrosecond);
}
