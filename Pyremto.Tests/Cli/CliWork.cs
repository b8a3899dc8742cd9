using Pyremto.Tests.Transport.Http.Client;

namespace Pyremto.Tests.Cli;

/// <summary>A worker beside the command, so that there is something to look at and to steer.</summary>
internal sealed class CliWork(PyremtoShell shell, string tag, string? password = null) : IDisposable
{
    private readonly HttpScheduler _scheduler = HttpClients.Create(shell.Environment["PYREMTO_URL"]!);
    private readonly TagAccess _tag = new(tag, password);

    /// <summary>Takes a job; answers its id.</summary>
    public async Task<int> TakeAsync()
    {
        var answer = await _scheduler.ExchangeAsync(new ExchangeRequest { Tags = [_tag], Worker = "host:1:0:w" }, CancellationToken.None);
        answer.HasJob.Should().BeTrue();
        return answer.Jobs[0].JobId;
    }

    /// <summary>Brings a job's result.</summary>
    public Task DoneAsync(int job, string result) => ReportAsync(new() { Done = [new DoneReport(job, JsonText.Parse(result))] });

    /// <summary>Fails a job, for good unless told otherwise.</summary>
    public Task FailAsync(int job, string error, bool final = true) => ReportAsync(new() { Failed = [new FailedReport(job, error, ExitCode: 7, final)] });

    public void Dispose() => _scheduler.Dispose();

    private async Task ReportAsync(ExchangeRequest report) =>
        await _scheduler.ExchangeAsync(report with { Tags = [_tag], Worker = "host:1:0:w", Count = 0 }, CancellationToken.None);
}
