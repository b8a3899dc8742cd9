using System.Runtime.CompilerServices;

namespace Pyremto.Tests.Support;

/// <summary>What holds for all processes that tests start.</summary>
internal static class ChildProcesses
{
    /// <summary>They live for a second or two: code that is measured in order to be compiled better costs them more than it gives.</summary>
    [ModuleInitializer]
    internal static void Prepare() => Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
}
