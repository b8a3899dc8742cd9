using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Serving;

/// <summary>Shows who sits before the coordinator the page of a tag that a Python script made. It holds a token, so no log gets it.</summary>
internal sealed class TerminalTagAnnouncer(CommandOutput output) : ITagAnnouncer
{
    public ValueTask AnnounceAsync(string tag, Uri page, CancellationToken cancellationToken)
    {
        if (!output.IsLive)
            return ValueTask.CompletedTask;
        foreach (var line in PageCode.Lines(new PageLink(page), output.Width, output.HasColours))
            output.WriteProgress(line);
        output.WriteProgress($"Tag: {TerminalText.Escape(tag)}");
        return ValueTask.CompletedTask;
    }
}
