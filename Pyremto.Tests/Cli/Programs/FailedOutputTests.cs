using Pyremto.Cli.Programs;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Programs;

/// <summary>How long the output of failed attempts is kept where no run owns it.</summary>
public sealed class FailedOutputTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Files_older_than_the_longest_time_go()
    {
        Make("t-job-0-attempt-1.err", TimeSpan.FromDays(31));
        Make("t-job-1-attempt-1.out", TimeSpan.FromDays(29));

        FailedOutput.Trim(_directory.Path, Now);

        Names().Should().Equal("t-job-1-attempt-1.out");
    }

    [Fact]
    public void Of_more_than_fits_the_newest_stay()
    {
        for (var job = 0; job < 5; job++)
            Make($"t-job-{job}-attempt-1.out", TimeSpan.FromHours(job), size: 10);

        FailedOutput.Trim(_directory.Path, Now, mostBytes: 25);

        Names().Should().Equal("t-job-0-attempt-1.out", "t-job-1-attempt-1.out");
    }

    [Fact]
    public void What_is_not_ours_stays()
    {
        Make("notes.txt", TimeSpan.FromDays(400));
        Make("t-job-x-attempt-1.out", TimeSpan.FromDays(400));
        Directory.CreateDirectory(_directory.File("t-job-0-attempt-1.err"));

        FailedOutput.Trim(_directory.Path, Now, mostBytes: 0);

        Names().Should().Equal("notes.txt", "t-job-0-attempt-1.err", "t-job-x-attempt-1.out");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_nothing_to_trim()
    {
        FluentActions.Invoking(() => FailedOutput.Trim(_directory.File("missing"), Now)).Should().NotThrow();
        FluentActions.Invoking(() => FailedOutput.Trim("/dev/null/missing", Now)).Should().NotThrow();
    }

    private void Make(string name, TimeSpan age, int size = 1)
    {
        File.WriteAllBytes(_directory.File(name), new byte[size]);
        File.SetLastWriteTimeUtc(_directory.File(name), (Now - age).UtcDateTime);
    }

    private IEnumerable<string> Names() => Directory.EnumerateFileSystemEntries(_directory.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
