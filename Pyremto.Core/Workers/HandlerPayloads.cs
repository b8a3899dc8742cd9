using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

/// <summary>Reads descriptions and writes results of one handler; a mismatch is said in words that help who reads a job's error.</summary>
internal sealed class HandlerPayloads<TJob, TResult>
{
    private readonly JsonTypeInfo<TJob>? _job;
    private readonly JsonTypeInfo<TResult>? _result;

    /// <exception cref="InvalidOperationException">The types cannot be read or written; the message says what to do.</exception>
    public HandlerPayloads(JsonSerializerOptions json)
    {
        _job = typeof(TJob) == typeof(JsonText) ? null : Find<TJob>(json, "job's description");
        _result = typeof(TResult) == typeof(JsonText) ? null : Find<TResult>(json, "job's result");
    }

    public TJob Read(JsonText description) => Payload.Read(description, _job, "The description", Refuse);

    public JsonText Write(TResult result)
    {
        if (result is null)
            throw new JobFailedException("The handler returned null; a result has to be a JSON object.");
        var text = Payload.Write(result, _result, $"The result, a {typeof(TResult).Name},", Refuse);
        if (!text.IsObject)
            throw new JobFailedException($"The handler's {typeof(TResult).Name} is not a JSON object when it is written; a result has to be one.");
        return text;
    }

    private static JobFailedException Refuse(string message, Exception? cause) => new(message, cause);

    private static JsonTypeInfo<T> Find<T>(JsonSerializerOptions json, string role)
    {
        JsonTypeInfo found;
        try
        {
            found = json.GetTypeInfo(typeof(T));
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException)
        {
            throw new InvalidOperationException(
                $"{typeof(T).Name} cannot be a {role}: {error.Message} In a program that is trimmed or compiled ahead of time, give "
                + $"WorkerOptions.UseJson a JsonSerializerContext with [JsonSerializable(typeof({typeof(T).Name}))].",
                error);
        }
        if (found.Kind == JsonTypeInfoKind.Enumerable || typeof(T).IsPrimitive || typeof(T) == typeof(string) || typeof(T) == typeof(decimal))
            throw new InvalidOperationException($"{typeof(T).Name} cannot be a {role}, which has to be a JSON object: use a record, class or dictionary.");
        return (JsonTypeInfo<T>)found;
    }
}
