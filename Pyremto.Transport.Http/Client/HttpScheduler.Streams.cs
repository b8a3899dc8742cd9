using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Pyremto;

/// <content>Answers that go on, line by line.</content>
internal sealed partial class HttpScheduler
{
    /// <summary>How often a live stream is opened at the most.</summary>
    private static readonly TimeSpan LiveAtMostEvery = TimeSpan.FromSeconds(1);

    /// <summary>Makes an item of a line; nothing of one that only shows that the stream is alive.</summary>
    private delegate T? ParseLine<out T>(ReadOnlySequence<byte> line)
        where T : class;

    /// <summary>A stream that is begun anew whenever it broke.</summary>
    /// <param name="create">What to ask for, now.</param>
    /// <param name="parse">Makes an item of a line.</param>
    /// <param name="habits">How it behaves.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async IAsyncEnumerable<T> StreamAsync<T>(
        Func<HttpRequestMessage> create, ParseLine<T> parse, StreamHabits habits, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        Outage? outage = null;
        long? openedAt = null;
        while (true)
        {
            // One that tells something at once and ends would else be opened anew as often as that goes.
            if (!habits.Ends && openedAt is { } last && _time.GetElapsedTime(last) is var lived && lived < LiveAtMostEvery)
                await Task.Delay(LiveAtMostEvery - lived, _time, cancellationToken).ConfigureAwait(false);
            using var answer = await _client.OpenAsync(create, outage, cancellationToken).ConfigureAwait(false);
            openedAt = _time.GetTimestamp();
            habits.Opened?.Invoke();
            var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var lines = new LineReader(stream, habits.Silence, _time, cancellationToken);
            await using var disposal = lines.ConfigureAwait(false);
            while (true)
            {
                T? item;
                try
                {
                    if (await lines.ReadAsync().ConfigureAwait(false) is not { } line)
                    {
                        if (habits.Ends)
                            yield break;
                        outage = _client.Broke(outage, new AttemptFailedException("it ended a stream", AttemptFailure.Lost));
                        break;
                    }
                    item = parse(line);
                }
                catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not PyremtoException)
                {
                    outage = _client.Broke(outage, new AttemptFailedException(_client.Failed(error).Message, AttemptFailure.Lost, error));
                    break;
                }
                outage = null;
                if (item is not null)
                    yield return item;
            }
        }
    }

    private static T? Parse<T>(ReadOnlySequence<byte> line)
        where T : class
    {
        if (line.IsEmpty)
            return null;
        var json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth + 16 });
        return JsonSerializer.Deserialize(ref json, AnswerJson.Of<T>());
    }

    /// <summary>The data of a Server-Sent Event; ours have one line each.</summary>
    private static T? ParseEvent<T>(ReadOnlySequence<byte> line)
        where T : class
    {
        var reader = new SequenceReader<byte>(line);
        return reader.IsNext("data:"u8, advancePast: true) ? Parse<T>(reader.UnreadSequence) : null;
    }

    /// <summary>How a stream behaves.</summary>
    private sealed record StreamHabits
    {
        /// <summary>Whether its end is the end; else it is begun anew.</summary>
        public bool Ends { get; init; }

        /// <summary>How long it may say nothing.</summary>
        public required TimeSpan Silence { get; init; }

        /// <summary>Is called whenever it begins.</summary>
        public Action? Opened { get; init; }
    }
}
