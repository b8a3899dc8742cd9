using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>
/// What a program reads from its standard input, all of it there before the program starts: nobody has to feed it, and a program that
/// does not read it disturbs nobody.
/// </summary>
internal static unsafe class StandardInput
{
    /// <summary>A pipe holds at least a page.</summary>
    private const int FitsAnyPipe = 4096;

    /// <param name="text">What is to be read.</param>
    /// <param name="folder">Where a file may be made for it.</param>
    public static SafeFileHandle Holding(ReadOnlyMemory<byte> text, string folder) =>
        text.Length <= FitsAnyPipe ? FilledPipe(text.Span) : UnlinkedFile(text.Span, folder);

    private static SafeFileHandle FilledPipe(ReadOnlySpan<byte> text)
    {
        var ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.CloseOnExec) != 0)
            throw new IOException("No pipe for the program's input: " + new Win32Exception(Marshal.GetLastPInvokeError()).Message);
        fixed (byte* bytes = text)
            _ = Libc.Write(ends[1], bytes, text.Length);
        _ = Libc.Close(ends[1]);
        return new SafeFileHandle(ends[0], ownsHandle: true);
    }

    private static SafeFileHandle UnlinkedFile(ReadOnlySpan<byte> text, string folder)
    {
        var file = OutputFile.OpenUnlinked(folder);
        RandomAccess.Write(file, text, 0);
        return file;
    }
}
