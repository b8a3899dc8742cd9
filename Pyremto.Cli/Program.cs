using System.CommandLine;

namespace Pyremto.Cli;

/// <summary>The entry of the <c>pyremto</c> command.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) =>
        new RootCommand("Hands jobs out to whoever is free: any program as a worker, on one machine or on many.").Parse(args).InvokeAsync();
}
