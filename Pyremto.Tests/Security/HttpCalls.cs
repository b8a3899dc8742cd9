using System.Text;

namespace Pyremto.Tests.Security;

/// <summary>A request that makes sense for each HTTP route and each verb of the Python package's protocol.</summary>
internal static class HttpCalls
{
    private const string Jobs = """{"jobs":[{"x":1}]}""";

    /// <summary>The request of a route.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="pattern">Its pattern.</param>
    /// <param name="by">Who asks.</param>
    public static HttpRequestMessage Of(string method, string pattern, CredentialKind by)
    {
        if (pattern is "/" or "/pyremto")
            return OfV2("get-job-progress", by, pattern);
        var path = pattern.Replace("{tag}", by.Tag, StringComparison.Ordinal).Replace("{id}", "0", StringComparison.Ordinal)
            .Replace("{kind}", "k", StringComparison.Ordinal).Replace("{file}", "page.js", StringComparison.Ordinal);
        var query = pattern.EndsWith("/result", StringComparison.Ordinal) ? "?worker=w" : "";
        var request = new HttpRequestMessage(new HttpMethod(method), path + query);
        if (method is not "GET")
            request.Content = new StringContent(BodyOf($"{method} {pattern}", by), Encoding.UTF8, "application/json");
        Introduce(request, by);
        if (by.Password is { } password)
            request.Headers.Add(by.Header, Basic(password));
        else if (by.Token is { } token)
            request.Headers.Add(by.Header, $"Bearer {token}");
        return request;
    }

    /// <summary>The request of a verb of the Python package's protocol.</summary>
    public static HttpRequestMessage OfV2(string verb, CredentialKind by, string path = "/pyremto")
    {
        var body = verb switch { "set-job-done" => "\"{\\\"y\\\":1}\"", "setup-jobs" => "[\"{\\\"x\\\":1}\"]", _ => "\"\"" };
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        Introduce(request, by);
        (string Name, string? Value)[] headers =
        [
            ("backendversion", "2"), (verb, "true"), ("tag", by.Tag), ("password", by.Password ?? by.Token),
            ("jobid", "0"), ("value", "1"), ("x", "1"), ("y", "1"),
            ("name", verb == "create-tag" ? $"{by.Name}-v2" : "n"), ("description", "d"),
        ];
        foreach (var (name, value) in headers)
        {
            if (value is not null)
                request.Headers.Add(name, value);
        }
        // The operator's key comes beside, in the endpoint's address.
        if (verb == "create-tag" && by.Token is { } key)
            request.Headers.Add(by.Header, Basic(key));
        return request;
    }

    private static string Basic(string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($":{password}"))}";

    private static void Introduce(HttpRequestMessage request, CredentialKind by)
    {
        if (!by.IsLocal)
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        if (by.Cookie is { } cookie)
            request.Headers.Add("Cookie", cookie);
    }

    private static string BodyOf(string route, CredentialKind by) => route switch
    {
        "POST /api/next" => $$"""{"tags":[{{by.Access}}],"worker":"w"}""",
        "POST /api/heartbeat" => $$"""{"tags":[{{by.Access}}],"worker":"w","jobs":[]}""",
        "POST /api/give-up" => $$"""{"tags":[{{by.Access}}],"worker":"w","request_id":"r"}""",
        "POST /api/not-needed" => $$"""{"tags":[{{by.Access}}],"workers":["w"]}""",
        "POST /api/tags/{tag}/heartbeat" => """{"worker":"w","jobs":[]}""",
        "POST /api/tags" => $$"""{"tag":"{{by.Name}}-made"}""",
        "POST /api/tags/{tag}/jobs" => Jobs,
        "POST /api/tags/{tag}/jobs/{id}/failure" => """{"error":"e","worker":"w"}""",
        "POST /api/tags/{tag}/jobs/{id}/release" => """{"worker":"w"}""",
        "PUT /api/tags/{tag}/jobs/{id}/result" or "POST /api/tags/{tag}/notes/{kind}" => """{"y":1}""",
        "PATCH /api/tags/{tag}" => """{"lease_seconds":9}""",
        "POST /t/{tag}/session" when by.Password is { } password => $$"""{"password":"{{password}}"}""",
        "POST /t/{tag}/session" => $$"""{"view_token":"{{by.Token ?? "none"}}"}""",
        _ => "{}",
    };
}
