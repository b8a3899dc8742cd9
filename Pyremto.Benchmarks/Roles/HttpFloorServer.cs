using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Roles;

/// <summary>Bare minimal-API endpoints that take a POST and return a fixed JSON, and one that never answers; its greeting is its address.</summary>
internal static class HttpFloorServer
{
    /// <summary>The route that never answers.</summary>
    public const string Hold = "/hold";

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        foreach (var (route, _, answer) in BareCall.All)
            app.MapPost(route, (HttpRequest request) => AnswerAsync(request, answer));
        app.MapPost(Hold, (HttpRequest request) => HoldAsync(request));
        await app.StartAsync();
        await ChildProcess.ServeAsync(app.Urls.First());
        return 0;
    }

    private static async Task<IResult> AnswerAsync(HttpRequest request, byte[] answer)
    {
        await ReadAsync(request);
        return Results.Bytes(answer, "application/json");
    }

    private static async Task HoldAsync(HttpRequest request)
    {
        await ReadAsync(request);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = request.HttpContext.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private static async Task ReadAsync(HttpRequest request)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync();
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }
}
