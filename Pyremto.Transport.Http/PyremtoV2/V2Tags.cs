using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>The v2 protocol's verbs about a tag itself: does it exist, may I, create it, is its maker alive.</summary>
internal sealed partial class V2Tags(PyremtoServer server)
{
    private const string AliveIntervalKind = "v2.alive_interval_minutes";
    private const string PingKind = "v2.pinged_at_unix_ms";

    private static readonly byte[] Success = """{"success":1}"""u8.ToArray();

    private readonly IJobScheduler _scheduler = server.Scheduler;
    private readonly ITagAnnouncer? _announcer = server.Services.GetService<ITagAnnouncer>();

    /// <summary><c>does-tag-exist</c>.</summary>
    public async Task ExistsAsync(V2Call call) => await AnswerAsync(
        call, "exists", await _scheduler.TagExistsAsync(call.Access.Tag, call.Gone).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary><c>is-password-ok</c>: the one verb that answers a wrong password.</summary>
    public async Task IsPasswordOkAsync(V2Call call)
    {
        var access = call.Access;
        var isOk = true;
        try
        {
            await CheckAsync(call, access).ConfigureAwait(false);
        }
        catch (WrongPasswordException error)
        {
            server.V2Refusals.Log(call, error.Message);
            isOk = false;
        }
        await AnswerAsync(call, "password-ok", isOk).ConfigureAwait(false);
    }

    /// <summary>
    /// <c>create-tag</c>. The client asks first whether the tag exists and joins it if it does; where several begin at once, those who
    /// come too late to create it join it here.
    /// </summary>
    public async Task CreateAsync(V2Call call)
    {
        RequireOperator(call);
        var request = new CreateTag { Tag = call.Headers.Text(V2Headers.Name), Password = call.Headers.Text(V2Headers.Password) };
        var minutes = call.Headers.Integer(V2Headers.AliveInterval) ?? -1;
        var name = request.Tag;
        try
        {
            var created = await server.Gate.CreateAsync(call.Context.Connection.RemoteIpAddress, request, call.Gone).ConfigureAwait(false);
            name = created.Tag;
            if (minutes > 0)
                await KeepAsync(new TagAccess(name, request.Password), AliveIntervalKind, minutes).ConfigureAwait(false);
            await AnnounceAsync(call, created).ConfigureAwait(false);
        }
        catch (TagTakenException) when (name is not null)
        {
            if (!await IsSameAsync(call, new TagAccess(name, request.Password)).ConfigureAwait(false))
                throw;
        }
        await AnswerCreatedAsync(call, name!).ConfigureAwait(false);
    }

    /// <summary><c>ping</c>.</summary>
    public async Task PingAsync(V2Call call)
    {
        await KeepAsync(call.Access, PingKind, server.Time.GetUtcNow().ToUnixTimeMilliseconds()).ConfigureAwait(false);
        await call.AnswerAsync(Success).ConfigureAwait(false);
    }

    /// <summary><c>is-alive</c>: whether the last ping, or the creation, is younger than the interval that the tag's maker named.</summary>
    public async Task IsAliveAsync(V2Call call)
    {
        var access = call.Access;
        var minutes = await FindAsync(access, AliveIntervalKind, call.Gone).ConfigureAwait(false);
        var isAlive = true;
        if (minutes is { } interval)
        {
            var progress = await _scheduler.GetProgressAsync(access, call.Gone).ConfigureAwait(false);
            var created = progress.CreatedAt.ToUnixTimeMilliseconds();
            var pinged = await FindAsync(access, PingKind, call.Gone).ConfigureAwait(false) ?? created;
            var silent = server.Time.GetUtcNow().ToUnixTimeMilliseconds() - Math.Max(created, pinged);
            isAlive = silent < interval * 60_000;
        }
        await AnswerAsync(call, "alive", isAlive).ConfigureAwait(false);
    }

    /// <summary>The key comes by Basic, as HTTP clients send what stands in an address.</summary>
    private void RequireOperator(V2Call call)
    {
        var key = Credential.Of(call.Context.Request);
        try
        {
            server.RequireOperator(call.Context, key.Password ?? key.Token);
        }
        catch (WrongPasswordException error)
        {
            throw new WrongPasswordException($"{error.Message} A Python script puts it into the endpoint's address: http://:KEY@host/.");
        }
    }

    /// <summary>Whether the tag that there is has just this password, or none where none is given.</summary>
    /// <exception cref="WrongPasswordException">It has another.</exception>
    private async ValueTask<bool> IsSameAsync(V2Call call, TagAccess access)
    {
        await CheckAsync(call, access).ConfigureAwait(false);
        if (access.Password is null)
            return true;
        try
        {
            await _scheduler.GetProgressAsync(new TagAccess(access.Tag), call.Gone).ConfigureAwait(false);
            return false;
        }
        catch (WrongPasswordException)
        {
            return true;
        }
    }

    /// <exception cref="WrongPasswordException">The tag has another password than was given.</exception>
    private async Task CheckAsync(V2Call call, TagAccess access)
    {
        await call.AdmitAsync(server, access).ConfigureAwait(false);
        await _scheduler.GetProgressAsync(access, call.Gone).ConfigureAwait(false);
    }

    /// <summary>Shows the new tag at the coordinator. That this cannot be done hinders nobody.</summary>
    private async Task AnnounceAsync(V2Call call, CreatedTag created)
    {
        if (_announcer is null)
            return;
        try
        {
            var page = new Uri($"{server.ProgressUrlOf(call.Context, created.Tag)}#view={created.ViewToken}");
            await _announcer.AnnounceAsync(created.Tag, page, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            LogNotAnnounced(server.Logger, error, created.Tag);
        }
    }

    private async Task KeepAsync(TagAccess access, string kind, long number)
    {
        var note = new TagNote(kind, JsonText.Parse(number.ToString(CultureInfo.InvariantCulture)));
        await _scheduler.AddNoteAsync(access, note, replace: true, CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask<long?> FindAsync(TagAccess access, string kind, CancellationToken cancellationToken)
    {
        var notes = await _scheduler.GetNotesAsync(access, kind, cancellationToken).ConfigureAwait(false);
        return notes is [.., var newest] && long.TryParse(newest.Body.Utf8.Span, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static Task AnswerAsync(V2Call call, string field, bool value) =>
        call.AnswerAsync(Encoding.ASCII.GetBytes($$"""{"{{field}}":{{(value ? 1 : 0)}}}"""));

    private static Task AnswerCreatedAsync(V2Call call, string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        var literal = new byte[AsciiJson.MostBytes(utf8.Length)];
        var length = AsciiJson.Write(utf8, literal);
        return call.AnswerAsync((byte[])[.. """{"success":1,"tag":"""u8, .. literal.AsSpan(0, length), (byte)'}']);
    }

    [LoggerMessage(EventId = 405, Level = LogLevel.Warning, Message = "Link and QR code of the new tag '{Tag}' could not be shown.")]
    private static partial void LogNotAnnounced(ILogger logger, Exception error, string tag);
}
