using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>Finds the result of a program that has ended well. Thread-safe.</summary>
internal sealed class ResultReader(bool raw, int maxBytes)
{
    private static readonly JsonText EmptyRaw = JsonText.Parse("""{"stdout":""}"""u8);
    private static readonly JsonWriterOptions AsTyped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>White space does not count, so a file may be somewhat larger than the result in it.</summary>
    private long MaxFileBytes => (long)maxBytes * 4;

    /// <param name="resultFile">The file that the program was offered.</param>
    /// <param name="output">What it wrote to its standard output.</param>
    /// <exception cref="JobFailedException">There is no result; the message says what to do.</exception>
    public JsonText Read(string resultFile, SafeFileHandle output)
    {
        if (Path.Exists(resultFile))
            return FromFile(resultFile);
        return raw ? Raw(output) : FromLines(output);
    }

    private JsonText FromFile(string path)
    {
        if (!File.Exists(path))
            throw new JobFailedException("The program made a folder of PYREMTO_RESULT; it has to be a file that holds one JSON object.");
        byte[] bytes;
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(file);
            if (length > MaxFileBytes)
                throw TooLarge("The file at PYREMTO_RESULT", length);
            bytes = new byte[length];
            bytes = bytes[..ReadAll(file, bytes, 0)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobFailedException($"The file at PYREMTO_RESULT cannot be read: {error.Message}", error);
        }
        finally
        {
            File.Delete(path);
        }
        ReadOnlySpan<byte> text = bytes;
        if (text.StartsWith(Encoding.UTF8.Preamble))
            text = text[Encoding.UTF8.Preamble.Length..];
        if (!JsonText.TryParsePython(text, out var result, out var problem))
            throw new JobFailedException($"The file at PYREMTO_RESULT is no JSON object. {problem}");
        if (!result.IsObject)
            throw new JobFailedException("The file at PYREMTO_RESULT holds JSON, but no object: write {\"score\": 0.5}, say, instead of 0.5.");
        return Limited(result, "The result at PYREMTO_RESULT");
    }

    private JsonText FromLines(SafeFileHandle output)
    {
        var line = LastObjectLine.Find(output, MaxFileBytes);
        if (line.TooLong is { } length)
            throw TooLarge("The last line of stdout that looks like a JSON object", length);
        if (line.Found)
            return Limited(line.Value, "The JSON object on the last line of stdout");
        var missing = line.Problem is { } problem
            ? $"no line of its stdout is a JSON object; the last that begins like one is not: {problem.TrimEnd('.')}."
            : "printed no result.";
        throw new JobFailedException(
            $"The program ended well, but {missing} Let it print a JSON object on a line of its own, such as {{\"score\": 0.5}}, or write one to the "
            + "file that PYREMTO_RESULT names; with --raw all of its output is the result.");
    }

    private JsonText Raw(SafeFileHandle output)
    {
        var length = RandomAccess.GetLength(output);
        if (length == 0)
            return EmptyRaw;
        if (length > maxBytes)
            throw TooLarge("With --raw the whole of stdout is the result, which", length);
        var bytes = new byte[length];
        var text = Encoding.UTF8.GetString(bytes, 0, ReadAll(output, bytes, 0));
        text = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        var written = new ArrayBufferWriter<byte>(text.Length + 32);
        using (var writer = new Utf8JsonWriter(written, AsTyped))
        {
            writer.WriteStartObject();
            writer.WriteString("stdout"u8, text);
            writer.WriteEndObject();
        }
        return Limited(JsonText.Parse(written.WrittenSpan), "With --raw the whole of stdout is the result, which");
    }

    private JsonText Limited(JsonText result, string what) => result.Length <= maxBytes ? result : throw TooLarge(what, result.Length);

    private JobFailedException TooLarge(string what, long length) =>
        new($"{what} has {length:N0} bytes; at most {maxBytes:N0} are allowed for a result. "
            + "Write large data to a file and give its name as the result.");

    private static int ReadAll(SafeFileHandle file, byte[] bytes, long from)
    {
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), from + read) is var more and > 0)
            read += more;
        return read;
    }
}
