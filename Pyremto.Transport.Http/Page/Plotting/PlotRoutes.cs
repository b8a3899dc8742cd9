using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>What the page draws: results as points, completions over time, the newest results.</summary>
internal sealed class PlotRoutes(PyremtoServer server)
{
    private const int MostBins = 1000;
    private const int UsualBins = 60;
    private const int MostLatest = 100;
    private const int UsualLatest = 10;

    /// <summary>The fields, and the points of two of them: all, or those that are new since the cursor.</summary>
    public async Task PlotAsync(HttpContext context)
    {
        var query = PlotQuery.Of(context);
        var after = Query.Text(context, "after");
        if (after is not null && (query is null || !PlotAnswers.IsCursor(after)))
            throw new InvalidRequestException("after has to be the cursor of a plot's last answer.");
        await DrawAsync(context, (index, progress, json) =>
        {
            var view = query is null ? null : index.View(query);
            PlotAnswers.Write(json, index, view, view is null ? null : PlotAnswers.CursorOf(index, after), progress);
        }).ConfigureAwait(false);
    }

    public async Task CompletionsAsync(HttpContext context)
    {
        var bins = Number(context, "bins", UsualBins, MostBins);
        await DrawAsync(context, (index, progress, json) =>
        {
            var (seconds, counts) = index.Completions.InBins(bins);
            var from = PlotIndex.BeginOf(progress);
            var answer = new CompletionsAnswer(from, from.AddSeconds(seconds * counts.Length), seconds, counts);
            JsonSerializer.Serialize(json, answer, HttpJson.Default.CompletionsAnswer);
        }).ConfigureAwait(false);
    }

    public async Task LatestAsync(HttpContext context)
    {
        var limit = Number(context, "limit", UsualLatest, MostLatest);
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var progress = await server.Scheduler.GetProgressAsync(access, context.RequestAborted).ConfigureAwait(false);
        var query = new ResultQuery { Order = ResultOrder.ByCompletion, After = Math.Max(0, progress.Done - limit), Limit = limit };
        var results = new List<LatestResult>(limit);
        await foreach (var result in server.Scheduler.GetResultsAsync(access, query, context.RequestAborted).ConfigureAwait(false))
            results.Add(LatestResult.Of(result));
        results.Reverse();
        await server.Answers.JsonAsync(context, results, HttpJson.Default.IReadOnlyListLatestResult).ConfigureAwait(false);
    }

    private async Task DrawAsync(HttpContext context, Action<PlotIndex, TagProgress, Utf8JsonWriter> write)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var progress = await server.Scheduler.GetProgressAsync(access, context.RequestAborted).ConfigureAwait(false);
        var index = server.Plots.Of(progress);
        var buffer = server.Answers.Rent();
        try
        {
            using (await index.EnterAsync(context.RequestAborted).ConfigureAwait(false))
            {
                await index.FollowAsync(server.Scheduler, access, progress, context.RequestAborted).ConfigureAwait(false);
                write(index, progress, buffer.Json);
            }
            await Answers.SendAsync(context.Response, buffer, HttpNames.Json).ConfigureAwait(false);
        }
        finally
        {
            server.Answers.Return(buffer);
        }
    }

    private static int Number(HttpContext context, string name, int absent, int most) =>
        (Query.Int32(context, name) ?? absent) is var number && number >= 1 && number <= most
            ? number
            : throw new InvalidRequestException(string.Create(CultureInfo.InvariantCulture, $"{name} has to be from 1 to {most}."));
}
