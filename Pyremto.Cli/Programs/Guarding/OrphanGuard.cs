using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>
/// Sees to it that no program goes on when this process is killed: a small shell waits on a pipe that breaks then, and kills the groups
/// that a file names. To name one costs one small write, and no word to the shell. Thread-safe for different slots.
/// </summary>
internal sealed partial class OrphanGuard : IAsyncDisposable
{
    private const string Shell = "/bin/sh";
    private const int LineLength = 12;

    /// <summary>
    /// $1 is the private folder, whose file of groups stays readable if somebody removes it. A line means that all is well. At the pipe's
    /// end: kill the groups, whoever else is in their sessions, and whoever has the folder in its environment, until nobody is found.
    /// </summary>
    private const string Script =
        """
        trap '' HUP INT QUIT TERM
        folder=$1
        exec 3<"$folder/groups"
        read -r word && exit 0
        groups=' '
        while read -r group; do
          [ "${group:-0}" -gt 1 ] && groups="$groups$group "
        done <&3
        for round in 1 2 3 4 5; do
          found=
          for group in $groups; do
            kill -KILL "-$group" && found=1
          done
          for stat in /proc/[0-9]*/stat; do
            read -r line <"$stat" || continue
            process=${stat#/proc/}
            set -- ${line##*) }
            case $groups in *" $4 "*) [ "$1" = Z ] || { kill -KILL "${process%/stat}" && found=1; } ;; esac
          done
          for file in $(grep -lsF "PYREMTO_RESULT=$folder/" /proc/[0-9]*/environ); do
            process=${file#/proc/}
            kill -KILL "${process%/environ}" && found=1
          done
          [ -n "$found" ] || break
        done
        rm -rf "$folder"
        """;

    private readonly SafeFileHandle? _groups;
    private readonly int _pid;
    private readonly SafeFileHandle? _line;

    private OrphanGuard(SafeFileHandle? groups, int pid, SafeFileHandle? line)
    {
        _groups = groups;
        _pid = pid;
        _line = line;
    }

    /// <summary>Starts it; where that is impossible, warns and guards nothing.</summary>
    /// <param name="folder">The private folder that the result files of all programs are in; removed by it, too.</param>
    /// <param name="slots">How many slots there are.</param>
    /// <param name="logger">Gets the warning.</param>
    public static OrphanGuard Start(string folder, int slots, ILogger logger)
    {
        if (!OperatingSystem.IsLinux())
            return new OrphanGuard(groups: null, 0, line: null);
        var groups = OutputFile.OpenNew(Path.Combine(folder, "groups"));
        for (var slot = 0; slot < slots; slot++)
            Write(groups, slot, 0);
        var error = Spawn(folder, out var pid, out var line);
        if (error is null)
            return new OrphanGuard(groups, pid, line);
        LogNoGuard(logger, error);
        groups.Dispose();
        return new OrphanGuard(groups: null, 0, line: null);
    }

    /// <summary>Which group runs in a slot now; 0 for none.</summary>
    public void Watch(int slot, int group)
    {
        if (_groups is not null)
            Write(_groups, slot, group);
    }

    /// <summary>Sends it home: nothing of ours is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_line is null)
            return;
        SendHome(_line);
        _line.Dispose();
        await Task.Factory.StartNew(Reap, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _groups!.Dispose();
    }

    private static unsafe void SendHome(SafeFileHandle line)
    {
        var newline = (byte)'\n';
        _ = Libc.Write((int)line.DangerousGetHandle(), &newline, 1); // in vain where somebody killed it
    }

    private void Reap()
    {
        while (Libc.WaitPid(_pid, out _, options: 0) < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
        {
        }
    }

    private static void Write(SafeFileHandle groups, int slot, int group)
    {
        Span<byte> line = stackalloc byte[LineLength];
        line.Fill((byte)' ');
        group.TryFormat(line, out _, provider: CultureInfo.InvariantCulture);
        line[^1] = (byte)'\n';
        RandomAccess.Write(groups, line, (long)slot * LineLength);
    }

    private static unsafe string? Spawn(string folder, out int pid, out SafeFileHandle? line)
    {
        pid = 0;
        line = null;
        var ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.CloseOnExec) != 0)
            return $"no pipe (error {Marshal.GetLastPInvokeError()})";
        line = new SafeFileHandle(ends[1], ownsHandle: true);
        using var reading = new SafeFileHandle(ends[0], ownsHandle: true);
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using var spawning = new SessionSpawn();
        var strings = new PinnedBytes();
        string[] words = [Shell, "-c", Script, "pyremto-guard", folder, $"PATH={Environment.GetEnvironmentVariable("PATH")}:/usr/bin:/bin"];
        foreach (var word in words)
            strings.Add(word);
        var pointers = stackalloc byte*[words.Length + 2];
        for (var i = 0; i < words.Length - 1; i++)
            pointers[i] = strings[i];
        pointers[words.Length - 1] = null;
        pointers[words.Length] = strings[words.Length - 1];
        pointers[words.Length + 1] = null;
        var error = spawning.Spawn(out pid, strings[0], pointers, pointers + words.Length, reading, nothing, nothing);
        if (error == 0)
            return null;
        line.Dispose();
        return StartProblem.Of(error, Shell, Shell).Message;
    }

    [LoggerMessage(700, LogLevel.Warning, "If this process is killed, its programs will go on: {Problem}")]
    private static partial void LogNoGuard(ILogger logger, string problem);
}
