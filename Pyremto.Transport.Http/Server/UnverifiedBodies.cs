using System.IO.Pipelines;

namespace Pyremto;

/// <summary>
/// Bounds the bytes of all bodies together whose senders have not shown a credential yet. Where one more byte finds no room, the body that
/// has been on its way the longest gives it up: those of honest senders come quickly. Only bodies that did not come with their headers
/// are counted. Thread-safe.
/// </summary>
/// <param name="most">The most bytes.</param>
internal sealed class UnverifiedBodies(long most)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Body> _coming = []; // the oldest first
    private long _held;

    /// <summary>How many bytes there are.</summary>
    internal long Held
    {
        get
        {
            lock (_gate)
                return _held;
        }
    }

    /// <summary>A body begins to be gathered. It counts until what is returned is disposed.</summary>
    /// <param name="reader">Its reader, whose read is cancelled if it has to give way.</param>
    public Body Enter(PipeReader reader)
    {
        lock (_gate)
        {
            var body = new Body(this, reader);
            body.Place = _coming.AddLast(body);
            return body;
        }
    }

    private bool Grow(Body body, long bytes)
    {
        lock (_gate)
        {
            while (body.Place is not null && _held + bytes - body.Bytes > most)
                GiveWay(_coming.First!.Value);
            if (body.Place is null)
                return false;
            _held += bytes - body.Bytes;
            body.Bytes = bytes;
            return true;
        }
    }

    private void GiveWay(Body body)
    {
        Leave(body);
        body.Reader.CancelPendingRead();
    }

    /// <summary>It came whole: it gives way no more, and counts until it is disposed.</summary>
    private void Complete(Body body)
    {
        lock (_gate)
            Forget(body);
    }

    private void Leave(Body body)
    {
        lock (_gate)
        {
            Forget(body);
            _held -= body.Bytes;
            body.Bytes = 0;
        }
    }

    private void Forget(Body body)
    {
        if (body.Place is { } place)
            _coming.Remove(place);
        body.Place = null;
    }

    /// <summary>A body on its way.</summary>
    internal sealed class Body(UnverifiedBodies bodies, PipeReader reader) : IDisposable
    {
        public PipeReader Reader { get; } = reader;

        public long Bytes { get; set; }

        public LinkedListNode<Body>? Place { get; set; }

        /// <summary>So much of it is there; false if it has to give way.</summary>
        public bool Grow(long bytes) => bodies.Grow(this, bytes);

        /// <inheritdoc cref="UnverifiedBodies.Complete"/>
        public void Complete() => bodies.Complete(this);

        public void Dispose() => bodies.Leave(this);
    }
}
