using System.Runtime.CompilerServices;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Inputs;

/// <summary>Reads a JSON array of objects, one element after the other, so that it may be longer than memory would like.</summary>
internal sealed class JsonArrayReader(InputWindow input, string name)
{
    private TextPosition _position = TextPosition.Start;

    public async IAsyncEnumerable<JsonText> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ExpectAsync("[", "A list of jobs begins with '['.", cancellationToken);
        if (await PeekAsync("The list of jobs is not closed by ']'.", cancellationToken) == (byte)']')
        {
            Consume(1);
            await EndAsync(cancellationToken);
            yield break;
        }
        while (true)
        {
            await ExpectAsync("{", "A job has to be a JSON object, such as {\"x\": 1}.", cancellationToken);
            var length = await FindEndAsync(cancellationToken);
            yield return JobDescription.Read(input.Bytes.Span[..length], _position, name);
            Consume(length);
            var next = await ExpectAsync(",]", "Behind a job comes ',' or ']'.", cancellationToken);
            if (next == (byte)']')
            {
                await EndAsync(cancellationToken);
                yield break;
            }
        }
    }

    /// <summary>Goes to the next thing that is no white space and insists on one of these; an object's brace is left to be read.</summary>
    private async ValueTask<byte> ExpectAsync(string expected, string problem, CancellationToken cancellationToken)
    {
        var found = await PeekAsync(problem, cancellationToken);
        if (!expected.Contains((char)found, StringComparison.Ordinal))
            throw Broken(problem);
        if (found != (byte)'{')
            Consume(1);
        return found;
    }

    private async ValueTask<byte> PeekAsync(string problemAtEnd, CancellationToken cancellationToken)
    {
        var found = await input.PeekAsync(cancellationToken);
        var blank = input.Bytes.Span.IndexOfAnyExcept(" \t\r\n"u8);
        Consume(blank < 0 ? input.Bytes.Length : blank);
        return found ?? throw Broken($"{problemAtEnd} The input ends here.");
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (await input.PeekAsync(cancellationToken) is null)
            return;
        Consume(input.Bytes.Span.IndexOfAnyExcept(" \t\r\n"u8));
        throw Broken("There is something behind the end of the list.");
    }

    /// <summary>How long the object is that begins here; all that is left where it has no end.</summary>
    private async ValueTask<int> FindEndAsync(CancellationToken cancellationToken)
    {
        var nesting = default(JsonNesting);
        var looked = 0;
        while (true)
        {
            var end = nesting.FindEnd(input.Bytes.Span[looked..]);
            if (end > 0)
                return looked + end;
            looked = input.Bytes.Length;
            if (!await input.GrowAsync(cancellationToken))
                return looked;
        }
    }

    private void Consume(int count)
    {
        _position = _position.After(input.Bytes.Span[..count]);
        input.Consume(count);
    }

    private CommandException Broken(string problem) => BrokenInput.At(name, _position, problem);
}
