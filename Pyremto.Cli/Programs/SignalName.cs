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

    /// <summary>What a program met that ended by it.</summary>
    public static string InWords(int signal) => (signal < Names.Length ? Names[signal] : "") switch
    {
        "SIGKILL" => "killed (SIGKILL), perhaps since the machine was out of memory",
        "SIGSEGV" or "SIGBUS" => $"crashed ({Names[signal]}: it touched memory that is not there)",
        "SIGABRT" => "aborted itself (SIGABRT)",
        "SIGFPE" => "crashed (SIGFPE: a division by zero, say)",
        "SIGILL" => "crashed (SIGILL: it was made for another processor)",
        "SIGTERM" => "was told to end (SIGTERM)",
        "SIGXCPU" => "took more processor time than it may (SIGXCPU)",
        "SIGXFSZ" => "wrote a larger file than it may (SIGXFSZ)",
        _ => $"ended by {Of(signal)}",
    };

    public static string Of(int signal) => IsKnown(signal) ? $"{Names[signal]} (signal {signal})" : $"signal {signal}";
}
