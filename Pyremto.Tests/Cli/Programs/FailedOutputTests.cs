using Microsoft.Win32.SafeHandles;
using Pyremto.Cli.Programs;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Programs;

/// <summary>How long the output of failed attempts is kept where no run owns it.</summary>
public sealed class FailedOutputTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory _directory = new();

    private readonly List<SafeFileHandle> _open = [];

    public void Dispose()
    {
        foreach (var file in _open)
            file.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Files_older_than_the_longest_time_go()
    {
        Make("t-job-0-attempt-1.err", TimeSpan.FromDays(31));
        Make("t-job-1-attempt-1.out", TimeSpan.FromDays(29));

        Output().Trim();

        Names().Should().Equal("t-job-1-attempt-1.out");
    }

    [Fact]
    public void Of_more_than_fits_the_newest_stay()
    {
        for (var job = 0; job < 5; job++)
            Make($"t-job-{job}-attempt-1.out", TimeSpan.FromHours(job), size: 10);

        Output(new(Bytes: 25)).Trim();

        Names().Should().Equal("t-job-0-attempt-1.out", "t-job-1-attempt-1.out");
    }

    [Fact]
    public void What_is_not_ours_stays()
    {
        Make("notes.txt", TimeSpan.FromDays(400));
        Make("t-job-x-attempt-1.out", TimeSpan.FromDays(400));
        Directory.CreateDirectory(_directory.File("t-job-0-attempt-1.err"));

        Output(new(Bytes: 0)).Trim();

        Names().Should().Equal("notes.txt", "t-job-0-attempt-1.err", "t-job-x-attempt-1.out");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_nothing_to_trim()
    {
        Output(folder: _directory.File("missing")).Invoking(output => output.Trim()).Should().NotThrow();
        Output(folder: "/dev/null/missing").Invoking(output => output.Trim()).Should().NotThrow();
    }

    [Fact]
    public void Of_a_long_file_its_beginning_and_its_end_are_kept_with_how_much_is_left_out()
    {
        File.WriteAllText(_directory.File("long"), $"first{new string('.', 10_000)}last");

        var kept = Output(new(BytesOfFile: 100)).Keep(Open("long"), "t-job-0-attempt-1.err");

        var text = File.ReadAllText(kept);
        text.Should().StartWith("first.").And.Contain("\n[pyremto left out 9909 bytes here]\n").And.EndWith(".last");
        text.Length.Should().BeLessThan(200);
    }

    [Fact]
    public void However_much_fails_the_folder_stays_bounded_while_the_worker_runs()
    {
        File.WriteAllBytes(_directory.File("output"), new byte[100]);
        var (few, small) = (Output(new(Files: 20), _directory.File("few")), Output(new(Bytes: 2000), _directory.File("small")));

        for (var job = 0; job < 200; job++)
        {
            few.Keep(Open("output"), $"t-job-{job}-attempt-1.err");
            small.Keep(Open("output"), $"t-job-{job}-attempt-1.err");
        }

        Directory.GetFiles(_directory.File("few")).Length.Should().BeInRange(20, 22);
        Directory.GetFiles(_directory.File("small")).Length.Should().BeInRange(20, 22);
    }

    private FailedOutput Output(FailedOutputLimits? limits = null, string? folder = null) =>
        new(folder ?? _directory.Path, new FakeTimeProvider(Now), limits ?? new());

    private SafeFileHandle Open(string name)
    {
        var file = File.OpenHandle(_directory.File(name));
        _open.Add(file);
        return file;
    }

    private void Make(string name, TimeSpan age, int size = 1)
    {
        File.WriteAllBytes(_directory.File(name), new byte[size]);
        File.SetLastWriteTimeUtc(_directory.File(name), (Now - age).UtcDateTime);
    }

    private IEnumerable<string> Names() => Directory.EnumerateFileSystemEntries(_directory.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
