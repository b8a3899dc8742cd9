namespace Pyremto;

/// <summary>What a route is, for the OpenAPI document.</summary>
/// <param name="Name">Its unique name.</param>
/// <param name="Summary">What it does, in a line.</param>
internal sealed record RouteText(string Name, string Summary)
{
    /// <summary>The contract of its body; null for none, <see cref="JsonText"/> for any JSON value.</summary>
    public Type? Body { get; init; }

    /// <summary>Whether the body may be left out.</summary>
    public bool BodyIsOptional { get; init; }

    /// <summary>The contract of its answer; null for an empty one.</summary>
    public Type? Answer { get; init; }

    /// <summary>Whether the answer is a list of these.</summary>
    public bool AnswersMany { get; init; }

    /// <summary>The status of success.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The media types of the answer.</summary>
    public IReadOnlyList<string> Types { get; init; } = [HttpNames.Json];

    /// <summary>Parameters behind the question mark, each with what it is.</summary>
    public IReadOnlyList<(string Name, string Text)> Query { get; init; } = [];
}
