using System.Text.Json;
using Pyremto.Tests.Transport.NamedPipes;

namespace Pyremto.Tests.Security;

/// <summary>S15: every verb of the pipe with every kind of credential.</summary>
[Collection(nameof(CredentialTable))]
public sealed class PipeCredentialTests
{
    private const uint Subject = 7;
    private const uint Control = 8;

    [Fact]
    public async Task Every_verb_does_for_each_credential_what_the_table_says()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        var kinds = await CredentialKind.CreateAsync(coordinator.Scheduler);
        await using var peer = await RawPeer.IntroducedAsync(coordinator.Name);
        var rows = new List<(string, IReadOnlyList<string>)>();
        foreach (var verb in Enum.GetValues<PipeVerb>().OrderBy(static verb => (Harm(verb), verb)))
        {
            var cells = new List<string>();
            foreach (var kind in kinds)
                cells.Add(verb == PipeVerb.WatchNotNeeded ? await WatchAsync(coordinator, peer, kind) : await CellAsync(peer, verb, kind));
            rows.Add((verb.ToString(), cells));
        }
        CredentialTable.ShouldBe("pipe", [.. kinds.Select(static kind => kind.Name)], rows);
    }

    /// <summary>What cancels jobs, ends tokens or deletes comes last.</summary>
    private static int Harm(PipeVerb verb) => verb switch
    {
        PipeVerb.WatchNotNeeded => 1,
        PipeVerb.RotateViewTokens => 2,
        PipeVerb.DeleteTag => 3,
        _ => 0,
    };

    private static async Task<string> CellAsync(RawPeer peer, PipeVerb verb, CredentialKind by)
    {
        var frame = await peer.AskAsync(Subject, verb, RequestOf(verb, by));
        var answer = frame;
        if (verb == PipeVerb.WatchProgress && frame.Kind == FrameKind.Item)
            await peer.SendAsync(RawFrame.Of(FrameKind.Cancel, Subject, []));
        while (frame.Kind == FrameKind.Item)
            frame = await peer.ReadAsync() ?? throw new InvalidOperationException("The connection has ended.");
        return CellOf(answer);
    }

    private static string CellOf(RawFrame frame)
    {
        if (frame.Kind == FrameKind.Error)
            return JsonDocument.Parse(frame.Text).RootElement.GetProperty("code").GetString()!;
        if (frame.Kind != FrameKind.Answer || !frame.Text.StartsWith('{'))
            return "ok";
        using var answer = JsonDocument.Parse(frame.Text);
        return answer.RootElement.TryGetProperty("refused", out var refused) && refused.GetArrayLength() > 0
            ? refused[0].GetProperty("code").GetString()! : "ok";
    }

    /// <summary>Whether a watch tells of a job of the tag. Another one, which may be told, says when it had its time.</summary>
    private static async Task<string> WatchAsync(PipeCoordinator coordinator, RawPeer peer, CredentialKind by)
    {
        var owner = new TagAccess(by.Tag, by.Name is "open-tag" ? null : "secret");
        if (by.Name == "no-such-tag")
            return "-";
        await coordinator.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [owner], Worker = CredentialKind.Worker }, default);
        await peer.SendAsync(RawFrame.OfCall(Subject, PipeVerb.WatchNotNeeded, RequestOf(PipeVerb.WatchNotNeeded, by)));
        await peer.SendAsync(RawFrame.OfCall(
            Control, PipeVerb.WatchNotNeeded, RequestOf(PipeVerb.WatchNotNeeded, by with { Password = owner.Password, Token = null })));
        await peer.AskAsync(9, PipeVerb.TagExists, """{"tag":"other"}""");
        await coordinator.Scheduler.CancelAsync(owner, jobIds: null, default);
        var told = "silent";
        var isOver = (Subject: false, Control: false);
        while (!isOver.Subject || !isOver.Control)
        {
            var frame = await peer.ReadAsync() ?? throw new InvalidOperationException("The connection has ended.");
            if (frame.Call == Subject && frame.Kind is FrameKind.Item or FrameKind.Error)
                told = frame.Kind == FrameKind.Item ? "ok" : CellOf(frame);
            if (frame is { Call: Control, Kind: FrameKind.Item })
            {
                await peer.SendAsync(RawFrame.Of(FrameKind.Cancel, Subject, []));
                await peer.SendAsync(RawFrame.Of(FrameKind.Cancel, Control, []));
            }
            if (frame.Kind is FrameKind.End or FrameKind.Cancelled or FrameKind.Error)
                isOver = (isOver.Subject || frame.Call == Subject, isOver.Control || frame.Call == Control);
        }
        return told;
    }

    private static string RequestOf(PipeVerb verb, CredentialKind by) => verb switch
    {
        PipeVerb.Exchange => $$"""{"tags":[{{by.Access}}],"worker":"w"}""",
        PipeVerb.Heartbeat => $$"""{"tags":[{{by.Access}}],"worker":"w","jobs":[]}""",
        PipeVerb.WatchNotNeeded => $$"""{"tags":[{{by.Access}}],"workers":["w"]}""",
        PipeVerb.TagExists => $$"""{"tag":"{{by.Tag}}"}""",
        PipeVerb.CreateTag => $$"""{"tag":"{{by.Name}}-made"}""",
        PipeVerb.ListTags => "{}",
        PipeVerb.GetResults => $$"""{"tag":{{by.Access}},"query":{} }""",
        PipeVerb.GetJobs => $$"""{"tag":{{by.Access}},"query":{"limit":100} }""",
        PipeVerb.GetNotes => $$"""{"tag":{{by.Access}},"kind":"k"}""",
        PipeVerb.SetUpJobs =>
            $$"""{"tag":{{by.Access}},"setup":{"jobs":[{"x":1}],"max_redistribution_attempts":1,"lease_seconds":60,"repetitions":1} }""",
        PipeVerb.SetPaused => $$"""{"tag":{{by.Access}},"paused":false}""",
        PipeVerb.UpdateTag => $$"""{"tag":{{by.Access}},"update":{"lease_seconds":9} }""",
        PipeVerb.AddNote => $$"""{"tag":{{by.Access}},"note":{"kind":"k","body":{} },"replace":true}""",
        PipeVerb.Cancel => $$"""{"tag":{{by.Access}},"jobs":[]}""",
        _ => $$"""{"tag":{{by.Access}}}""",
    };
}
