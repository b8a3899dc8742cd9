namespace Pyremto.Tests.Cli.Work;

/// <summary>Tests of <c>pyremto work</c>: the real executable, and a coordinator in this process.</summary>
public abstract class WorkTestBase : IAsyncLifetime
{
    /// <summary>A password that no program may see.</summary>
    internal const string Password = "the secret of all";

    /// <summary>Says "ready", and ends with a result when there is a file named <c>go</c>.</summary>
    internal const string UntilGo = """exec 9>lifeline; echo "ready $PYREMTO_JOB_ID" >&9; while [ ! -e go ]; do sleep 0.05; done; echo '{"y":1}'""";

    internal PyremtoShell Shell { get; } = new();

    internal WorkCoordinator Coordinator { get; } = new();

    public async Task InitializeAsync()
    {
        Skip.If(OperatingSystem.IsWindows(), "These programs are scripts of a POSIX shell.");
        await Coordinator.StartAsync();
        Shell.Environment["PYREMTO_URL"] = Coordinator.Url;
    }

    public async Task DisposeAsync()
    {
        await Shell.DisposeAsync();
        await Coordinator.DisposeAsync();
    }

    /// <summary>Starts a worker whose program is a script of the shell; its braces are its own.</summary>
    internal PyremtoProcess Work(string options, string script, params string[] arguments) =>
        Shell.Start(["work", .. options.Split(' '), "--", "sh", "-c", Literal(script), .. arguments]);

    internal Task<PyremtoEnd> WorkToEndAsync(string options, string script, params string[] arguments) => Work(options, script, arguments).WaitAsync();

    internal Task<Lifeline> LifelineAsync() => Lifeline.NewAsync(Shell.Directory);

    internal void Go() => Shell.Write("go", "");

    private static string Literal(string text) =>
        text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
