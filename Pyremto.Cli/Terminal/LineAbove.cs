using Spectre.Console.Rendering;

namespace Pyremto.Cli.Terminal;

/// <summary>A line that is written above a live display, over what that has drawn there: the rest of it is erased first.</summary>
internal sealed class LineAbove(string line) : Renderable
{
    private const string EraseBelow = "\u001b[J";

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        [Segment.Control(EraseBelow), new Segment(line), Segment.LineBreak];
}
