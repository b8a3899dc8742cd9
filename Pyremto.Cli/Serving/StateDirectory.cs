namespace Pyremto.Cli.Serving;

/// <summary>Where a user's programs keep what they know: <c>$XDG_STATE_HOME/pyremto</c>, on Windows below the local application data.</summary>
internal static class StateDirectory
{
    /// <summary>The folder; it may not exist yet.</summary>
    public static string Path => System.IO.Path.Combine(Base(), "pyremto");

    private static string Base()
    {
        // The rule of XDG: a relative path is ignored.
        if (Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state && System.IO.Path.IsPathRooted(state))
            return state;
        return OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
    }
}
