using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>The end of what a program wrote, as text.</summary>
internal static class OutputTail
{
    /// <param name="file">The file.</param>
    /// <param name="most">How many bytes of it at most, as UTF-8; bytes that are no UTF-8 are replaced.</param>
    public static string Read(SafeFileHandle file, int most)
    {
        var length = RandomAccess.GetLength(file);
        var bytes = new byte[(int)Math.Min(length, most)];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), length - bytes.Length + read) is var more and > 0)
            read += more;
        var text = bytes.AsSpan(0, read);
        if (length > most)
        {
            var cut = 0;
            while (cut < 3 && cut < text.Length && (text[cut] & 0xc0) == 0x80)
                cut++; // the rest of a character that begins before
            text = text[cut..];
        }
        return Encoding.UTF8.GetString(text).TrimEnd();
    }
}
