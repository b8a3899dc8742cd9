namespace Pyremto.Cli.Inputs;

/// <summary>Reads one job's description, which has to be a JSON object (S1), as Python writes it (S13).</summary>
internal static class JobDescription
{
    public static JsonText Read(ReadOnlySpan<byte> json, TextPosition position, string name)
    {
        if (!JsonText.TryParsePython(json, out var description, out _))
        {
            var (at, words) = JsonProblem.Find(json);
            throw BrokenInput.At(name, position.After(json[..at]), words);
        }
        return description.IsObject
            ? description
            : throw BrokenInput.At(name, position, "A job has to be a JSON object, such as {\"x\": 1}.");
    }
}
