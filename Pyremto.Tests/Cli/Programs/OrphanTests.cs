using System.Globalization;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Programs;

public sealed class OrphanTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_killed_process_leaves_no_program_no_child_of_one_and_no_file()
    {
        var (group, far, farther, folder) = (_directory.File("group"), _directory.File("far"), _directory.File("farther"), _directory.File("folder"));
        // One in the program's group that ignores signals, one in its session without our environment, one in a session of its own.
        using var victim = ProgramVictim.Start(
            $"""
            dirname "$PYREMTO_RESULT" >{folder}
            trap '' TERM HUP INT
            sleep 1000 & echo $! >{group}
            set -m
            env -i sleep 1000 & echo $! >{far}
            set +m
            setsid sh -c 'echo $$ >{farther}; exec sleep 1000' &
            wait
            """);
        int[] pids = [await NumberInAsync(group), await NumberInAsync(far), await NumberInAsync(farther)];
        var privateFolder = (await File.ReadAllTextAsync(folder)).TrimEnd();
        pids.Should().OnlyContain(pid => ProgramUnderTest.IsRunning(pid));
        Directory.Exists(privateFolder).Should().BeTrue();

        victim.Kill();

        foreach (var pid in pids)
            await ProgramUnderTest.UntilGoneAsync(pid);
        await ProgramUnderTest.UntilAsync(() => !Directory.Exists(privateFolder), "the private folder goes");
    }

    [Fact]
    public async Task A_process_that_ends_in_order_leaves_no_guard_and_no_file_and_does_not_touch_daemons()
    {
        var (daemon, folder) = (_directory.File("daemon"), _directory.File("folder"));
        using var victim = ProgramVictim.Start(
            $$"""
            setsid sh -c 'echo $$ >{{daemon}}; exec sleep 1000' &
            while [ ! -s {{daemon}} ]; do sleep 0.01; done
            dirname "$PYREMTO_RESULT" >{{folder}}
            echo '{"done":1}'
            """);

        (await victim.StandardOutput.ReadLineAsync()).Should().Be("""{"done":1}""");
        await victim.WaitForExitAsync().WaitAsync(ProgramUnderTest.Patience);

        victim.ExitCode.Should().Be(0);
        var privateFolder = (await File.ReadAllTextAsync(folder)).TrimEnd();
        Directory.Exists(privateFolder).Should().BeFalse();
        Guards(privateFolder).Should().BeEmpty();
        var pid = await NumberInAsync(daemon);
        ProgramUnderTest.IsRunning(pid).Should().BeTrue("what detached itself on purpose outlives an orderly end");
        using var process = System.Diagnostics.Process.GetProcessById(pid);
        process.Kill();
    }

    [Fact]
    public async Task A_gigabyte_of_output_costs_no_memory()
    {
        using var victim = ProgramVictim.Start("""head -c 1G /dev/zero; echo; echo '{"last":1}'""");

        (await victim.StandardOutput.ReadLineAsync()).Should().Be("""{"last":1}""");
        int.Parse((await victim.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture).Should().BeLessThan(200 << 10);
    }

    [Fact]
    public async Task A_program_does_not_see_our_password()
    {
        using var victim = ProgramVictim.Start(
            """echo "{\"password\":\"${PYREMTO_PASSWORD-hidden}\",\"url\":\"$PYREMTO_URL\",\"bytes\":\"$(printf %s "$ODD" | wc -c)\"}" """,
            ("PYREMTO_PASSWORD", "hunter2"),
            ("PYREMTO_URL", "http://box:5080"),
            ("ODD", "é"));

        (await victim.StandardOutput.ReadLineAsync()).Should().Be("""{"password":"hidden","url":"http://box:5080","bytes":"2"}""");
    }

    private static async Task<int> NumberInAsync(string file)
    {
        var number = 0;
        await ProgramUnderTest.UntilAsync(
            () => File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out number), $"a number is in {file}");
        return number;
    }

    private static IEnumerable<string> Guards(string folder) =>
        Directory.GetDirectories("/proc").Where(process =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "cmdline")) is var line
                    && line.Contains("pyremto-guard", StringComparison.Ordinal) && line.Contains(folder, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        });
}
