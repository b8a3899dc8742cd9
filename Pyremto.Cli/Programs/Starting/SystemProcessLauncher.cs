using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>
/// Starts programs by the means that .NET has on every system: slower, without a gentle way to stop them, and they go on when this
/// process is killed. Thread-safe.
/// </summary>
internal sealed class SystemProcessLauncher(ProgramEnvironment environment) : IProgramLauncher
{
    public IRunningProgram Start(in ProgramStart start)
    {
        var info = new ProcessStartInfo(start.File, start.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var entry in environment.Entries.Select(Encoding.UTF8.GetString))
            info.Environment[entry[..entry.IndexOf('=', 1)]] = entry[(entry.IndexOf('=', 1) + 1)..];
        foreach (var variable in start.Variables)
            info.Environment[variable.Name] = Encoding.UTF8.GetString(variable.Utf8Value.Span);
        try
        {
            return new SystemProcess(Process.Start(info)!, start.Input, start.Output, start.Error);
        }
        catch (Win32Exception error)
        {
            throw StartProblem.Of(error.NativeErrorCode, start.File, start.Name);
        }
    }

    public void Dispose()
    {
    }

    private sealed class SystemProcess : IRunningProgram
    {
        private static readonly TimeSpan OutputTime = TimeSpan.FromSeconds(1);

        private readonly Process _process;
        private readonly Thread[] _copies;
        private bool _complete = true;

        public SystemProcess(Process process, ReadOnlyMemory<byte> input, SafeFileHandle output, SafeFileHandle error)
        {
            _process = process;
            _copies = [Run(() => Copy(process.StandardOutput.BaseStream, output)), Run(() => Copy(process.StandardError.BaseStream, error))];
            Run(() =>
            {
                using var stream = process.StandardInput.BaseStream;
                stream.Write(input.Span);
            });
        }

        public int Id => _process.Id;

        public void Terminate() => Kill();

        public void Kill()
        {
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (Exception error) when (error is InvalidOperationException or Win32Exception or NotSupportedException or AggregateException)
            {
                // It has ended meanwhile.
            }
        }

        public ProgramExit WaitForExit()
        {
            _process.WaitForExit();
            foreach (var copy in _copies)
                _complete &= copy.Join(OutputTime); // children that it left may hold the pipes
            return new ProgramExit(_process.ExitCode, Signal: 0);
        }

        public void WaitForStopped()
        {
        }

        public bool EndRest() => _complete;

        private static Thread Run(Action action)
        {
            var thread = new Thread(() =>
            {
                try
                {
                    action();
                }
                catch (Exception error) when (error is IOException or ObjectDisposedException)
                {
                    // The program does not read its input, or its output is not waited for any more.
                }
            })
            {
                IsBackground = true,
            };
            thread.Start();
            return thread;
        }

        private static void Copy(Stream from, SafeFileHandle to)
        {
            var buffer = new byte[64 << 10];
            for (long at = 0; from.Read(buffer) is var read and > 0; at += read)
                RandomAccess.Write(to, buffer.AsSpan(0, read), at);
        }
    }
}
