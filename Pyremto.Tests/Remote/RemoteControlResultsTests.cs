namespace Pyremto.Tests.Remote;

public sealed class RemoteControlResultsTests : IDisposable
{
    private readonly ScriptedScheduler _scheduler = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("pyremto-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Results_come_typed_and_null_is_not_a_number()
    {
        _scheduler.Results.Add(Result(0, """{"alpha":1}""", """{"MSE":2.5}"""));
        _scheduler.Results.Add(Result(1, """{"alpha":2}""", """{"mse":null}"""));
        await using var remote = await RemoteControl.OpenAsync(_scheduler);

        var results = await remote.GetResultsAsync<Params, Score>().ToListAsync();
        var scores = await remote.GetResultsAsync<Score>().ToListAsync();

        results.Select(result => result.Description.Alpha).Should().Equal(1, 2);
        scores.Select(result => result.Result.Mse).Should().Equal(2.5, double.NaN);
    }

    [Fact]
    public async Task A_result_that_does_not_fit_says_which_it_is()
    {
        _scheduler.Results.Add(Result(4, "{}", """{"mse":"good"}"""));
        await using var remote = await RemoteControl.OpenAsync(_scheduler);

        var read = async () => await remote.GetResultsAsync<Score>().ToListAsync();

        await read.Should().ThrowAsync<InvalidJobException>().WithMessage("*job 4*Score*");
    }

    [Theory]
    [InlineData("out.json", "[\n{\"job_id\":0,")]
    [InlineData("out.JSONL", "{\"job_id\":0,")]
    [InlineData("out.csv", "job_id,repetition,")]
    public async Task Results_are_saved_in_the_format_of_the_files_ending(string name, string start)
    {
        _scheduler.Results.Add(Result(0, "{}", """{"mse":1}"""));
        await using var remote = await RemoteControl.OpenAsync(_scheduler);
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, "older");

        await remote.SaveResultsAsync(path);

        (await File.ReadAllTextAsync(path)).Should().StartWith(start);
        Directory.GetFiles(_folder).Should().ContainSingle();
    }

    [Fact]
    public async Task An_unknown_ending_is_refused_and_a_failure_leaves_the_older_file()
    {
        await using var remote = await RemoteControl.OpenAsync(_scheduler);
        var path = Path.Combine(_folder, "out.json");
        await File.WriteAllTextAsync(path, "older");

        await FluentActions.Awaiting(() => remote.SaveResultsAsync(Path.Combine(_folder, "out.xlsx"))).Should()
            .ThrowAsync<InvalidRequestException>().WithMessage("*.csv*out.xlsx*");
        await FluentActions.Awaiting(() => remote.SaveResultsAsync(path, new CancellationToken(canceled: true))).Should()
            .ThrowAsync<OperationCanceledException>();

        (await File.ReadAllTextAsync(path)).Should().Be("older");
        Directory.GetFiles(_folder).Should().ContainSingle();
    }

    private static JobResult Result(int jobId, string description, string result) => new()
    {
        JobId = jobId,
        Description = JsonText.Parse(description),
        Result = JsonText.Parse(result),
        Attempt = 1,
    };

    public sealed record Params(double Alpha);

    public sealed record Score(double Mse);
}
