using System.IO.Pipelines;

namespace Pyremto;

/// <summary>Reads what a peer says before both go over to reading and writing at the same time.</summary>
internal static class FirstFrame
{
    /// <summary>Reads one frame.</summary>
    /// <param name="input">What comes from the peer.</param>
    /// <param name="longestBody">The longest body that is taken.</param>
    /// <param name="read">Makes something of the frame, which is valid only until this returns.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What <paramref name="read"/> made of it; null if the peer ended without a word.</returns>
    /// <exception cref="FrameException">The frame is not one of ours, over the limit, or only begun.</exception>
    public static async ValueTask<T?> ReadAsync<T>(
        PipeReader input, int longestBody, Func<Frame, T> read, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (Frame.TryRead(ref buffer, longestBody, out var frame))
            {
                var what = read(frame);
                input.AdvanceTo(buffer.Start);
                return what;
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return buffer.IsEmpty ? null : throw new FrameException("it ended before it introduced itself");
        }
    }
}
