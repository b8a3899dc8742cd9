using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Inputs;

/// <summary>Says what is wrong with an input, and where, in the way that editors and compilers do: <c>file:line:column: words</c>.</summary>
internal static class BrokenInput
{
    public static CommandException At(string name, TextPosition position, string problem) =>
        CommandException.WrongUse($"{name}:{position}: {problem} Nothing was set up.");

    public static CommandException Whole(string name, string problem) => CommandException.WrongUse($"{name}: {problem} Nothing was set up.");
}
