using System.Globalization;
using System.Security.Cryptography;

namespace Pyremto.Tests.Simulation;

/// <summary>
/// A coordinator and its workers through minutes of failures, in virtual time: the same ones in each test run, so that a red build is its
/// change's own doing. PYREMTO_SIMULATIONS=K has K others run; PYREMTO_SEED, set to the number that a failure prints, has that one run again.
/// </summary>
public sealed class SimulationTests
{
    private const int Runs = 300;

    [Fact]
    public void No_failure_breaks_a_rule_and_the_search_ends()
    {
        var (first, count) =
            Setting("PYREMTO_SEED") is { } seed ? (seed, 1)
            : Setting("PYREMTO_SIMULATIONS") is { } others ? (RandomNumberGenerator.GetInt32(int.MaxValue - others), others)
            : (1, Runs);
        OnAThreadOfItsOwn(() =>
        {
            for (var i = 0; i < count; i++)
                SimulatedRun.Run(first + i);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_seed_replays_a_run_exactly(int seed)
    {
        IReadOnlyList<string> first = [], second = [];
        OnAThreadOfItsOwn(() => first = SimulatedRun.Run(seed));
        OnAThreadOfItsOwn(() => second = SimulatedRun.Run(seed));

        first.Should().HaveCountGreaterThan(100);
        second.Should().Equal(first);
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Without a synchronisation context, which would send callers elsewhere that go on.</summary>
    private static void OnAThreadOfItsOwn(Action run)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                run();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            throw failure;
    }
}
