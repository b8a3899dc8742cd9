namespace Pyremto.Cli.Programs;

/// <summary>Signals by their names, as Linux numbers them.</summary>
internal static class SignalName
{
    private static readonly string[] Names =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2",
        "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU",
        "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    /// <summary>Whether it is one of the classic signals.</summary>
    public static bool IsKnown(int signal) => signal > 0 && signal < Names.Length;

    public static string Of(int signal) => IsKnown(signal) ? $"{Names[signal]} (signal {signal})" : $"signal {signal}";
}
