using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Pyremto;

/// <summary>
/// Reads the body of a set-up, a JSON array of strings that hold a description each, as it comes. What is beyond any limit is read to its end and
/// thrown away: a client that is still sending does not hear an answer.
/// </summary>
/// <param name="mostBytes">How many bytes of body may be descriptions.</param>
internal sealed class V2Descriptions(long mostBytes)
{
    /// <summary>The most bytes that are read of a body; where it is larger, the connection is closed.</summary>
    public const long MostBytesRead = 128 << 20;

    /// <summary>More jobs than these are refused whatever the coordinator's own limit (S16) is, so that memory stays bounded.</summary>
    private const int MostJobs = 1_000_000;

    private readonly List<JsonText> _descriptions = [];
    private JsonReaderState _state;
    private Place _place;
    private long _read;
    private long _worthParsing; // so that a long string that comes in small pieces is not scanned anew for each of them
    private bool _isTooLarge;

    private enum Place
    {
        BeforeArray,
        InArray,
        BehindArray,
    }

    /// <summary>The descriptions; null if they are too many or too large.</summary>
    /// <exception cref="InvalidJobException">The body is something else.</exception>
    public async ValueTask<IReadOnlyList<JsonText>?> ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken).ConfigureAwait(false);
            _isTooLarge |= _read + read.Buffer.Length > mostBytes;
            if (!_isTooLarge && !read.IsCompleted && read.Buffer.Length < _worthParsing)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var consumed = read.Buffer.End;
            try
            {
                if (!_isTooLarge)
                    consumed = Parse(read.Buffer, read.IsCompleted);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw new InvalidJobException($"The body is no JSON array of strings that hold a description each: {error.Message}");
            }
            finally
            {
                var rest = read.Buffer.Slice(consumed).Length;
                _read += read.Buffer.Length - rest;
                _worthParsing = 2 * rest;
                body.AdvanceTo(consumed, read.Buffer.End);
            }
            if (read.IsCompleted)
                return Finish();
        }
    }

    private List<JsonText>? Finish()
    {
        if (_isTooLarge)
            return null;
        return _place == Place.BehindArray ? _descriptions : throw Wrong();
    }

    private SequencePosition Parse(ReadOnlySequence<byte> buffer, bool isLast)
    {
        var reader = new Utf8JsonReader(buffer, isLast, _state);
        while (!_isTooLarge && reader.Read())
            Take(ref reader);
        _state = reader.CurrentState;
        return _isTooLarge ? buffer.End : reader.Position;
    }

    private void Take(ref Utf8JsonReader reader)
    {
        switch (_place, reader.TokenType)
        {
            case (Place.BeforeArray, JsonTokenType.StartArray):
                _place = Place.InArray;
                break;
            case (Place.InArray, JsonTokenType.EndArray):
                _place = Place.BehindArray;
                break;
            case (Place.InArray, JsonTokenType.String) when _descriptions.Count < MostJobs:
                _descriptions.Add(V2Body.Decode(ref reader, $"description of job {_descriptions.Count}"));
                break;
            case (Place.InArray, JsonTokenType.String):
                _isTooLarge = true;
                break;
            default:
                throw Wrong();
        }
    }

    private static InvalidJobException Wrong() => new("The body is no JSON array of strings that hold a description each.");
}
