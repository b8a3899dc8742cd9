using Pyremto.Cli.Verbs;

namespace Pyremto.Cli;

/// <summary>The entry of the <c>pyremto</c> command.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => CommandLine.RunAsync(args);
}
