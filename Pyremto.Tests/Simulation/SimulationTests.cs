using System.Globalization;
using System.Security.Cryptography;

namespace Pyremto.Tests.Simulation;

/// <summary>
/// A coordinator and its workers through minutes of failures, in virtual time: other ones in each test run. Set PYREMTO_SEED to the
/// number that a failure prints to have that run again.
/// </summary>
public sealed class SimulationTests
{
    private const int Runs = 300;

    [Fact]
    public void No_failure_breaks_a_rule_and_the_search_ends()
    {
        var given = int.TryParse(Environment.GetEnvironmentVariable("PYREMTO_SEED"), CultureInfo.InvariantCulture, out var seed);
        var first = given ? seed : RandomNumberGenerator.GetInt32(int.MaxValue - Runs);
        OnAThreadOfItsOwn(() =>
        {
            for (var i = 0; i < (given ? 1 : Runs); i++)
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
