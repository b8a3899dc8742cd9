using System.Runtime.CompilerServices;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Inputs;

/// <summary>
/// Jobs from a file, or from standard input (<c>-</c>). The ending says which format it is: <c>.jsonl</c> and <c>.ndjson</c>, <c>.csv</c> and
/// <c>.tsv</c>; all others are known by their first character: <c>[</c> a JSON array, <c>{</c> JSON lines, else a table.
/// </summary>
/// <param name="path">The file, or <c>-</c>.</param>
/// <param name="format">The format where the ending is not to decide.</param>
internal sealed class FileInput(string path, InputFormat? format) : IJobInput
{
    /// <summary>The path that means standard input.</summary>
    public const string StandardInput = "-";

    public string Name => IsStandardInput ? "stdin" : path;

    /// <summary>The file; null for standard input.</summary>
    public string? File => IsStandardInput ? null : path;

    private bool IsStandardInput => path == StandardInput;

    public async Task<IReadOnlyList<JsonText>> ReadAsync(CancellationToken cancellationToken)
    {
        var stream = Open();
        await using var opened = stream;
        var jobs = new List<JsonText>();
        try
        {
            var window = new InputWindow(stream);
            await window.SkipByteOrderMarkAsync(cancellationToken);
            await foreach (var job in ReadAsync(window, cancellationToken))
                jobs.Add(job);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CommandException.WrongUse($"'{Name}' cannot be read: {error.Message}", error);
        }
        return jobs.Count > 0 ? jobs : throw BrokenInput.Whole(Name, "There are no jobs in it.");
    }

    private async IAsyncEnumerable<JsonText> ReadAsync(InputWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var jobs = await FindFormatAsync(window, cancellationToken) switch
        {
            InputFormat.Jsonl => JsonLinesReader.ReadAsync(window, Name, cancellationToken),
            InputFormat.Json => new JsonArrayReader(window, Name).ReadAsync(cancellationToken),
            InputFormat.Csv => ReadTableAsync(window, cancellationToken),
            _ => throw BrokenInput.Whole(Name, "There are no jobs in it."),
        };
        await foreach (var job in jobs)
            yield return job;
    }

    private async IAsyncEnumerable<JsonText> ReadTableAsync(InputWindow window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var table = new CsvJobReader(window, Name);
        await foreach (var job in table.ReadAsync(cancellationToken))
            yield return job;
    }

    private async ValueTask<InputFormat?> FindFormatAsync(InputWindow window, CancellationToken cancellationToken) =>
        format ?? ByEnding() ?? await window.PeekAsync(cancellationToken) switch
        {
            null => null,
            (byte)'[' => InputFormat.Json,
            (byte)'{' => InputFormat.Jsonl,
            _ => InputFormat.Csv,
        };

    private InputFormat? ByEnding() => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JSONL" or ".NDJSON" => InputFormat.Jsonl,
        ".CSV" or ".TSV" => InputFormat.Csv,
        _ => null,
    };

    private Stream Open()
    {
        if (IsStandardInput)
            return Console.OpenStandardInput();
        if (Directory.Exists(path))
            throw CommandException.WrongUse($"'{path}' is a folder; give a file with jobs (.jsonl, .json or .csv), '-' for standard input, or --grid.");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CommandException.WrongUse($"There is no file '{path}' here ({Directory.GetCurrentDirectory()}).", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CommandException.WrongUse($"'{path}' cannot be read: {error.Message}", error);
        }
    }
}
