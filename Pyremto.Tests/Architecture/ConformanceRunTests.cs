using Pyremto.Tests.Conformance.Schedulers;
using Pyremto.Tests.Conformance.Stores;

namespace Pyremto.Tests.Architecture;

/// <summary>A conformance class without a class that runs it tests nothing, and nobody would notice.</summary>
public sealed class ConformanceRunTests
{
    private const int StoresByTransports = 6;

    public static TheoryData<Type> OfSchedulers => [.. ThemesOf(typeof(SchedulerConformance))];

    public static TheoryData<Type> OfStores => [.. ThemesOf(typeof(StoreConformance))];

    [Theory]
    [MemberData(nameof(OfSchedulers))]
    public void Each_theme_of_schedulers_is_run_over_every_store_and_transport(Type theme) => RunsOf(theme).Should().HaveCount(StoresByTransports);

    [Theory]
    [MemberData(nameof(OfStores))]
    public void Each_theme_of_stores_is_run_over_every_store_that_it_concerns(Type theme) =>
        RunsOf(theme).Should().HaveCount(theme.Name.StartsWith("Reopened", StringComparison.Ordinal) ? 1 : 2);

    private static IEnumerable<Type> ThemesOf(Type suite) => suite.Assembly.GetTypes().Where(type => type.IsAbstract && type.BaseType == suite);

    private static IEnumerable<Type> RunsOf(Type theme) => theme.Assembly.GetTypes().Where(type => !type.IsAbstract && type.BaseType == theme);
}
