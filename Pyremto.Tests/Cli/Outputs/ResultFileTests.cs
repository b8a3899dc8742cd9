using System.Runtime.CompilerServices;
using Pyremto.Cli.Outputs;
using Pyremto.Cli.Terminal;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Outputs;

/// <summary>Results in a file.</summary>
public sealed class ResultFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("r.jsonl", "{\"job_id\":0,")]
    [InlineData("r.json", "[\n{\"job_id\":0,")]
    [InlineData("r.CSV", "job_id,repetition,")]
    public async Task The_ending_says_the_format(string name, string beginning)
    {
        var target = Target(name);
        await target.ProbeAsync(CancellationToken.None);

        await target.WriteAsync(Of(Results), CancellationToken.None);

        (await File.ReadAllTextAsync(_directory.File(name))).Should().StartWith(beginning);
        Directory.GetFiles(_directory.Path).Should().ContainSingle("nothing temporary may stay behind");
    }

    [Theory]
    [InlineData("r.txt")]
    [InlineData("results")]
    public void Another_ending_is_refused(string name) =>
        ((Func<IResultTarget>)(() => Target(name))).Should().Throw<InvalidRequestException>().WithMessage("*.json, .jsonl or .csv*");

    [Fact]
    public async Task Probing_leaves_everything_as_it_was()
    {
        var path = _directory.File("r.jsonl");
        await Target("r.jsonl").ProbeAsync(CancellationToken.None);
        Directory.GetFileSystemEntries(_directory.Path).Should().BeEmpty();
        await File.WriteAllTextAsync(path, "before");

        await Target("r.jsonl").ProbeAsync(CancellationToken.None);

        (await File.ReadAllTextAsync(path)).Should().Be("before");
        Directory.GetFiles(_directory.Path).Should().ContainSingle();
    }

    [Fact]
    public async Task What_cannot_be_written_is_said_before_anything_is_computed()
    {
        Directory.CreateDirectory(_directory.File("folder.csv"));
        foreach (var name in new[] { "missing/r.csv", "folder.csv" })
        {
            var refused = await ((Func<Task>)(() => Target(name).ProbeAsync(CancellationToken.None))).Should().ThrowAsync<CommandException>();
            refused.Which.Message.Should().Contain(name).And.Contain("-o");
            refused.Which.ExitCode.Should().Be(ExitCode.WrongUse);
        }
    }

    [Fact]
    public async Task Half_a_file_is_never_seen()
    {
        var path = _directory.File("r.jsonl");
        await File.WriteAllTextAsync(path, "before");

        var writing = () => Target("r.jsonl").WriteAsync(Of(Broken), CancellationToken.None);

        await writing.Should().ThrowAsync<StoreUnavailableException>();
        (await File.ReadAllTextAsync(path)).Should().Be("before");
        Directory.GetFiles(_directory.Path).Should().ContainSingle();
    }

    [Fact]
    public async Task A_link_stays_a_link()
    {
        var link = _directory.File("link.jsonl");
        File.CreateSymbolicLink(link, _directory.File("real.jsonl"));
        await File.WriteAllTextAsync(_directory.File("real.jsonl"), "before");

        await Target("link.jsonl").WriteAsync(Of(Results), CancellationToken.None);

        new FileInfo(link).LinkTarget.Should().NotBeNull();
        (await File.ReadAllTextAsync(_directory.File("real.jsonl"))).Should().StartWith("{\"job_id\":0,");
    }

    private IResultTarget Target(string name)
    {
        var path = _directory.File(name);
        return new ResultFile(path, ResultWriters.ForFile(path));
    }

    private static ResultSource Of(Func<CancellationToken, IAsyncEnumerable<JobResult>> results) =>
        new(results, static _ => ValueTask.FromResult(new JobPage([], Next: null)));

    private static async IAsyncEnumerable<JobResult> Results([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        yield return new JobResult { JobId = 0, Description = JsonText.Parse("{\"x\":1}"), Result = JsonText.Parse("{\"y\":2}") };
    }

    private static async IAsyncEnumerable<JobResult> Broken([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var result in Results(cancellationToken))
        {
            for (var i = 0; i < 10_000; i++)
                yield return result;
        }
        throw new StoreUnavailableException("gone");
    }
}
