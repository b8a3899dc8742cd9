using System.Runtime.CompilerServices;
using System.Text.Unicode;
using CsvHelper;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Inputs;

/// <summary>
/// Reads a table: its first row names the fields, every other row is a job. What parts the cells (comma, semicolon, tab) is found out;
/// what a cell means stands at <see cref="CellValue"/>, what a header means at <see cref="FieldTree"/>.
/// </summary>
internal sealed class CsvJobReader : IDisposable
{
    private readonly string _name;
    private readonly CsvReader _csv;
    private CsvMalformedRecord? _malformed;

    /// <param name="input">The table; the reader owns it from now on.</param>
    /// <param name="name">What it is called in messages.</param>
    public CsvJobReader(InputWindow input, string name)
    {
        _name = name;
        _csv = CsvReader.Create(new InputWindowStream(input), CsvReaderOptions.Default with
        {
            HasHeader = false, // it is read as a record, since what is wrong with it has a place, too
            TrimWhitespace = true,
            TrackLineNumbers = true,
            OnMalformedRecord = malformed => _malformed ??= malformed,
        });
    }

    public async IAsyncEnumerable<JsonText> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!await NextAsync(cancellationToken))
            yield break;
        var fields = ReadHeader();
        var values = new byte[_csv.FieldCount][];
        while (await NextAsync(cancellationToken))
        {
            if (_csv.FieldCount != values.Length)
                throw Miscounted(values.Length);
            for (var i = 0; i < values.Length; i++)
                values[i] = CellValue.ToJson(Cell(i));
            yield return fields.Describe(values);
        }
    }

    public void Dispose() => _csv.Dispose();

    /// <summary>Goes to the next row that is not blank.</summary>
    private async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        while (await _csv.ReadAsync(cancellationToken))
        {
            if (_malformed is { } malformed)
                throw Misquoted(malformed);
            if (_csv.RawRecord.ContainsAnyExcept(" \t"u8))
                return true;
        }
        return false;
    }

    private FieldTree ReadHeader()
    {
        var fields = new FieldTree();
        for (var i = 0; i < _csv.FieldCount; i++)
        {
            if (fields.Add(Cell(i), i) is { } problem)
                throw BrokenInput.At(_name, PositionOf(i), $"{problem} The first row has to name the fields.");
        }
        return fields;
    }

    private string Cell(int index) => Utf8.IsValid(_csv.GetRawSpan(index))
        ? _csv.GetString(index)
        : throw BrokenInput.At(_name, PositionOf(index), "This is not UTF-8 text: save the file as UTF-8.");

    /// <summary>Where a cell of the current row begins.</summary>
    private TextPosition PositionOf(int index)
    {
        var offset = 0;
        for (var i = 0; i < index; i++)
            offset += _csv.GetRawSpan(i).Length + 1;
        return PositionInRow(offset);
    }

    private TextPosition PositionInRow(int offset) => new TextPosition((int)_csv.LineNumber, 1).After(_csv.RawRecord[..offset]);

    private CommandException Misquoted(CsvMalformedRecord malformed)
    {
        if (malformed.Reason == CsvMalformedReason.UnterminatedQuote)
            return BrokenInput.At(_name, PositionOf(_csv.FieldCount - 1), "The quotation mark that opens this cell is never closed.");
        var offset = Math.Clamp(malformed.ByteOffset - _csv.ByteOffset, 0, _csv.RawRecord.Length);
        return BrokenInput.At(
            _name, PositionInRow((int)offset), "A quotation mark stands where none may: put the whole cell in quotation marks, and double those in it.");
    }

    private CommandException Miscounted(int fields)
    {
        var (position, advice) = _csv.FieldCount > fields
            ? (PositionOf(fields), "put cells that hold a separator in quotation marks")
            : (PositionInRow(_csv.RawRecord.Length), "an empty cell is null, but its separator has to be there");
        return BrokenInput.At(_name, position, $"This row has {_csv.FieldCount} cells, and the header names {fields} fields: {advice}.");
    }
}
