using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>One call of the v2 protocol.</summary>
internal readonly struct V2Call(HttpContext context, TagAccess? access, string verb)
{
    public HttpContext Context { get; } = context;

    /// <summary>The verb that the call is for.</summary>
    public string Verb { get; } = verb;

    /// <summary>The name of the tag that is meant or is to be made, if one came.</summary>
    public string? TagName => access?.Tag ?? Headers.Text(V2Headers.Name);

    public IHeaderDictionary Headers => Context.Request.Headers;

    public PipeReader Body => Context.Request.BodyReader;

    /// <summary>Fires when the caller is gone.</summary>
    public CancellationToken Gone => Context.RequestAborted;

    /// <summary>The tag that is meant, with the password that came.</summary>
    /// <exception cref="InvalidRequestException">No tag came.</exception>
    public TagAccess Access => access ?? throw new InvalidRequestException("The header 'tag' is missing.");

    /// <summary>Lets a credential through the gate, which refuses banned addresses and guesses (S16).</summary>
    /// <exception cref="WrongPasswordException">The password is wrong.</exception>
    /// <exception cref="BannedException">The address is banned.</exception>
    public ValueTask AdmitAsync(PyremtoServer server, TagAccess credential)
    {
        server.PlainPasswords.Look(Context, credential);
        return server.Gate.AdmitAsync(Context.Connection.RemoteIpAddress, credential);
    }

    /// <summary>Answers what the client understands: status 200 with JSON.</summary>
    public async Task AnswerAsync(ReadOnlyMemory<byte> json)
    {
        BeginAnswer(json.Length);
        await Context.Response.BodyWriter.WriteAsync(json, Gone).ConfigureAwait(false);
    }

    /// <summary>Sets the headers of an answer that the caller then writes.</summary>
    public void BeginAnswer(long? length = null)
    {
        Context.Response.ContentType = "application/json";
        Context.Response.ContentLength = length;
    }
}
