using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Roles;

/// <summary>A bare minimal-API endpoint that takes a POST and returns a fixed JSON; its greeting is its address.</summary>
internal static class HttpFloorServer
{
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var answer = HttpFloor.Answer;
        app.MapPost(HttpFloor.Route, async (HttpRequest request) =>
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return Results.Bytes(answer, "application/json");
            }
        });
        await app.StartAsync();
        await ChildProcess.ServeAsync(app.Urls.First());
        return 0;
    }
}
