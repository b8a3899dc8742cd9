using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto.Cli.Terminal;

/// <summary>
/// What a verb writes: data to standard output, all that is said beside it to standard error, as far as somebody can be told. Thread-safe.
/// </summary>
internal sealed class CommandOutput : IAsyncDisposable
{
    private const int DefaultWidth = 80;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Lock _writing = new();
    private readonly Lazy<Stream> _data = new(static () =>
    {
        var data = new DataStream(Console.OpenStandardOutput());
        return Console.IsOutputRedirected ? data : new SeenStream(data);
    });

    private readonly Lazy<TextWriter> _errors;
    private readonly bool _hasTerminal = !Console.IsOutputRedirected || !Console.IsErrorRedirected;
    private LiveLines? _live;

    /// <param name="isQuiet">Leaves out what is neither data nor an error.</param>
    /// <param name="isJson">Data is written as JSON.</param>
    /// <param name="isVerbose">Says more.</param>
    public CommandOutput(bool isQuiet, bool isJson, bool isVerbose)
    {
        (IsQuiet, IsJson, IsVerbose) = (isQuiet, isJson, isVerbose);
        _errors = new Lazy<TextWriter>(() => new StreamWriter(new BestEffortStream(Console.OpenStandardError()), Utf8) { AutoFlush = true });
    }

    /// <summary>Whether only data and errors are wanted.</summary>
    public bool IsQuiet { get; }

    /// <summary>Whether data is wanted as JSON.</summary>
    public bool IsJson { get; }

    /// <summary>Whether more is wanted to be said.</summary>
    public bool IsVerbose { get; }

    /// <summary>Standard output, for verbs that stream data. They flush it.</summary>
    public Stream Data => _data.Value;

    /// <summary>Whether a person sees the data.</summary>
    public bool IsDataSeen { get; } = !Console.IsOutputRedirected;

    /// <summary>Whether a person sees what is said, at a terminal that can go back in its line.</summary>
    public bool IsLive { get; } = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null or "");

    /// <summary>Whether somebody can be asked.</summary>
    public bool CanAsk { get; } = !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Whether colours are wanted (<c>NO_COLOR</c>) and known.</summary>
    public bool HasColours { get; } =
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null or "");

    /// <summary>How many columns the terminal has now; 80 where there is none.</summary>
    public int Width
    {
        get
        {
            if (!_hasTerminal)
                return DefaultWidth;
            try
            {
                return Console.WindowWidth is > 0 and var width ? width : DefaultWidth;
            }
            catch (IOException)
            {
                return DefaultWidth;
            }
        }
    }

    /// <summary>Writes a line of data.</summary>
    public async Task WriteDataAsync(string line, CancellationToken cancellationToken)
    {
        await Data.WriteAsync(Utf8.GetBytes(line + "\n"), cancellationToken);
        await Data.FlushAsync(cancellationToken);
    }

    /// <summary>Writes a value as one line of JSON.</summary>
    public async Task WriteJsonAsync<T>(T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        await Data.WriteAsync((byte[])[.. json, (byte)'\n'], cancellationToken);
        await Data.FlushAsync(cancellationToken);
    }

    /// <summary>Says how it goes, unless <c>--quiet</c>. The text is written as it is: escape what comes from elsewhere.</summary>
    public void WriteProgress(string line)
    {
        if (!IsQuiet)
            Say(line);
    }

    /// <summary>Says more, with <c>--verbose</c> only.</summary>
    public void WriteDetail(string line)
    {
        if (IsVerbose && !IsQuiet)
            Say(line);
    }

    /// <summary>Says what is odd but hinders nothing, unless <c>--quiet</c>; escaped.</summary>
    public void WriteWarning(string line) => WriteProgress($"pyremto: {TerminalText.Escape(line)}");

    /// <summary>Says what went wrong, always; escaped.</summary>
    public void WriteError(string line) => Say($"pyremto: {TerminalText.Escape(line)}");

    /// <summary>Draws lines in the place of those before; what is said meanwhile stands above them.</summary>
    public void Draw(IReadOnlyList<LiveLine> lines)
    {
        lock (_writing)
            (_live ??= new LiveLines(_errors.Value)).Draw(lines, Width);
    }

    /// <summary>Draws no more.</summary>
    /// <param name="keep">Whether what was drawn last stays.</param>
    public void EndDrawing(bool keep)
    {
        lock (_writing)
        {
            _live?.End(keep, Width);
            _live = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_data.IsValueCreated)
            await _data.Value.DisposeAsync();
        if (_errors.IsValueCreated)
            await _errors.Value.DisposeAsync();
    }

    private void Say(string line)
    {
        lock (_writing)
        {
            if (_live is { } live)
                live.WriteAbove(line, Width);
            else
                _errors.Value.WriteLine(line);
        }
    }
}
