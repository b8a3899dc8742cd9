using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Page;

/// <summary>A phone's camera: <c>zbarimg</c> reads pictures, <c>rsvg-convert</c> makes them of SVG images.</summary>
internal static class QrReader
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Skips the test where the programs are not there; in continuous integration they have to be.</summary>
    public static void Need()
    {
        var missing = new[] { "zbarimg", "rsvg-convert" }.Where(program => Find(program) is null).ToArray();
        if (missing.Length > 0 && Environment.GetEnvironmentVariable("CI") == "true")
            throw new InvalidOperationException($"Missing: {string.Join(", ", missing)} (Debian: zbar-tools, librsvg2-bin).");
        Skip.If(missing.Length > 0, $"Missing: {string.Join(", ", missing)} (Debian: zbar-tools, librsvg2-bin).");
    }

    /// <summary>What the only code in a picture holds.</summary>
    public static async Task<string> ReadPngAsync(byte[] png)
    {
        using var directory = new TempDirectory();
        await File.WriteAllBytesAsync(directory.File("code.png"), png);
        return (await RunAsync("zbarimg", "--quiet", "--raw", directory.File("code.png"))).TrimEnd('\n');
    }

    public static async Task<string> ReadSvgAsync(string svg)
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory.File("code.svg"), svg);
        await RunAsync("rsvg-convert", "--width", "600", "--output", directory.File("code.png"), directory.File("code.svg"));
        return await ReadPngAsync(await File.ReadAllBytesAsync(directory.File("code.png")));
    }

    /// <summary>What a camera reads from a terminal that shows the text.</summary>
    /// <param name="text">Half blocks, with or without colours; other lines are left out.</param>
    /// <param name="isDark">Whether the terminal has light letters on a dark background.</param>
    public static Task<string> ReadTextAsync(string text, bool isDark)
    {
        var lines = text.Split('\n').Where(line => line.AsSpan().IndexOfAny("█▀▄") >= 0 || line.StartsWith("\e[", StringComparison.Ordinal)).Select(line => Pixels(line, isDark)).ToArray();
        var rows = lines.SelectMany(line => new[] { line.Upper, line.Lower }).ToList();
        var ground = Enumerable.Repeat((byte)(isDark ? 24 : 240), rows[0].Length).ToArray();
        rows.InsertRange(0, Enumerable.Repeat(ground, 4)); // the rest of the screen
        rows.AddRange(Enumerable.Repeat(ground, 4));
        return ReadPngAsync(Png([.. rows.Select(row => (byte[])[.. ground.AsSpan(0, 4), .. row, .. ground.AsSpan(0, 4)])], scale: 6));
    }

    /// <summary>A line of text as two rows of grey values, as a terminal draws it.</summary>
    private static (byte[] Upper, byte[] Lower) Pixels(string line, bool isDark)
    {
        var (ink, paper) = isDark ? ((byte)230, (byte)24) : ((byte)20, (byte)240);
        var (upper, lower) = (new List<byte>(), new List<byte>());
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\e')
            {
                var end = line.IndexOf('m', i);
                (ink, paper) = line[(i + 2)..end] == "38;5;16;48;5;231" ? ((byte)0, (byte)255) : (ink, paper);
                i = end;
                continue;
            }
            upper.Add(line[i] is '█' or '▀' ? ink : paper);
            lower.Add(line[i] is '█' or '▄' ? ink : paper);
        }
        return ([.. upper], [.. lower]);
    }

    private static byte[] Png(byte[][] rows, int scale)
    {
        using var pixels = new MemoryStream();
        using (var zip = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var row in rows)
            {
                byte[] line = [0, .. row.SelectMany(pixel => Enumerable.Repeat(pixel, scale))];
                for (var i = 0; i < scale; i++)
                    zip.Write(line);
            }
        }
        using var png = new MemoryStream();
        png.Write([0x89, .. "PNG\r\n\u001a\n"u8]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, rows[0].Length * scale);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rows.Length * scale);
        header[8] = 8; // bits of grey
        Chunk("IHDR"u8, header);
        Chunk("IDAT"u8, pixels.ToArray());
        Chunk("IEND"u8, []);
        return png.ToArray();

        void Chunk(ReadOnlySpan<byte> name, byte[] content)
        {
            byte[] named = [.. name, .. content];
            var number = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
            png.Write(number);
            png.Write(named);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(named));
            png.Write(number);
        }
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Process.Start(new ProcessStartInfo(Find(program)!, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        process.ExitCode.Should().Be(0, $"{program} said: {output}{await error}");
        return output;
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
