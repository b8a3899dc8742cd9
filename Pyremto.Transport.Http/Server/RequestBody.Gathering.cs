using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <content>How bodies come: whose, how much, how fast.</content>
internal sealed partial class RequestBody
{
    /// <summary>From here on a body is large: no banned address may send it without a verified credential.</summary>
    private const int Large = 64 << 10;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly UnverifiedBodies _unverified = new(Math.Max(options.MaxUnverifiedBytes, options.MaxRequestBytes));

    /// <summary>Refuses a large body, or one that does not say its length, of a banned address without a verified credential.</summary>
    /// <exception cref="BannedException">The address is banned.</exception>
    public void RefuseBanned(HttpContext context, TagAccess? access)
    {
        if (context.Request.ContentLength is not <= Large && !IsVerified(context, access))
            bans.Refuse(AddressNets.Key(context.Connection.RemoteIpAddress));
    }

    /// <summary>The sender has shown a credential: the body counts no more as one that could be anybody's.</summary>
    public static void Verified(HttpContext context) => context.Features.Get<UnverifiedBodies.Body>()?.Dispose();

    /// <summary>Waits for the whole body; nothing of it is consumed yet.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reader">Its body.</param>
    /// <param name="access">The access to the tag that is meant, where it is known.</param>
    /// <param name="isRouted">Whether it is that to the tag which the route names, if it names one.</param>
    private async ValueTask<ReadOnlySequence<byte>> GatherAsync(HttpContext context, PipeReader reader, TagAccess? access, bool isRouted)
    {
        var length = context.Request.ContentLength;
        if (length is <= Large && reader.TryRead(out var read))
        {
            if (IsWhole(read, length))
                return read.Buffer; // mostly it came with its headers; and it is looked at although its sender may be gone (S5)
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        }
        if (isRouted)
            access = AccessOf(context);
        if (length is > Large)
            Allow(context, length.Value, access);
        if (access is not null && !IsVerified(context, access))
            await gate.AdmitOwnerAsync(context.Connection.RemoteIpAddress, access).ConfigureAwait(false);
        return await ComingAsync(context, reader, access).ConfigureAwait(false);
    }

    private async ValueTask<ReadOnlySequence<byte>> ComingAsync(HttpContext context, PipeReader reader, TagAccess? access)
    {
        using var pace = new BodyPace(reader, time);
        var counted = IsVerified(context, access) ? null : _unverified.Enter(reader); // an open tag's may be anybody's too
        if (counted is not null)
        {
            context.Response.RegisterForDispose(counted);
            context.Features.Set(counted);
        }
        while (true)
        {
            var read = await ReadAsync(context, reader).ConfigureAwait(false);
            var buffer = read.Buffer;
            try
            {
                if (pace.IsTooSlow)
                    throw TooSlow(context);
                if (counted?.Grow(buffer.Length) == false)
                    throw Crowded(context);
                Allow(context, buffer.Length, access);
            }
            catch
            {
                reader.AdvanceTo(buffer.End); // or the server, which reads the rest, takes that for an error of ours
                throw;
            }
            if (IsWhole(read, context.Request.ContentLength))
            {
                counted?.Complete();
                return buffer;
            }
            pace.Came(buffer.Length);
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static bool IsWhole(in ReadResult read, long? length) => read.IsCompleted || (length is not null && read.Buffer.Length == length);

    private static HttpRefusal TooSlow(HttpContext context)
    {
        Close(context);
        return new HttpRefusal(
            StatusCodes.Status408RequestTimeout,
            $"The body comes too slowly: after {BodyPace.Grace.TotalSeconds:0} seconds it has to come at {BodyPace.BytesPerSecond >> 10} KiB a second.");
    }

    private static BannedException Crowded(HttpContext context)
    {
        Close(context);
        return new BannedException("Too many bodies are on their way whose senders are not known yet: send it again.", Soon);
    }

    /// <summary>Nobody reads the rest.</summary>
    private static void Close(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
    }

    private async ValueTask<ReadResult> ReadAsync(HttpContext context, PipeReader reader)
    {
        try
        {
            return await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false); // a body that came whole is read although its sender is gone (S5)
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            bans.Offend(AddressNets.Key(context.Connection.RemoteIpAddress)); // the server itself has counted, as it does where no length was announced
            throw;
        }
    }

    private void Allow(HttpContext context, long length, TagAccess? access)
    {
        if (length <= Large)
            return;
        var address = AddressNets.Key(context.Connection.RemoteIpAddress);
        if (!IsVerified(context, access))
            bans.Refuse(address);
        if (length <= options.MaxRequestBytes)
            return;
        bans.Offend(address);
        Close(context);
        throw new TooLargeException("body of a request (bytes)", length, options.MaxRequestBytes);
    }

    private bool IsVerified(HttpContext context, TagAccess? access) =>
        access is not null && gate.IsVerified(context.Connection.RemoteIpAddress, access);

    /// <summary>The access to the tag that the route names; null for one that names none.</summary>
    private static TagAccess? AccessOf(HttpContext context) =>
        context.Request.RouteValues["tag"] is string tag ? Credential.Of(context.Request).For(tag) : null;
}
