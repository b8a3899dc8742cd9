namespace Pyremto;

/// <summary>What a frame is. The numbers are the wire's and never change their meaning.</summary>
internal enum FrameKind : byte
{
    /// <summary>Client: the first frame of a connection that is made, a <see cref="Pyremto.Hello"/>.</summary>
    Hello = 1,

    /// <summary>Client: a <see cref="PipeVerb"/> in one byte, then its request.</summary>
    Call = 2,

    /// <summary>Client: gives a call up; its answer still comes.</summary>
    Cancel = 3,

    /// <summary>Client: how many more bytes of items a stream may send (four bytes).</summary>
    Credit = 4,

    /// <summary>Client: it ends in order and will not come back.</summary>
    Goodbye = 5,

    /// <summary>Client: the first frame on a pipe for requests, the token of that for its answers.</summary>
    Join = 6,

    /// <summary>Server: the answer to a <see cref="Hello"/>, a <see cref="Pyremto.Welcome"/>.</summary>
    Welcome = 16,

    /// <summary>Server: instead of a welcome; an <see cref="ErrorBody"/>, after which the connection ends.</summary>
    Refusal = 17,

    /// <summary>Server: the answer to a call, and its end.</summary>
    Answer = 18,

    /// <summary>Server: a call failed, and has ended; an <see cref="ErrorBody"/>.</summary>
    Error = 19,

    /// <summary>Server: a call was given up as <see cref="Cancel"/> wanted; it changed nothing, or what it gave was taken back (S8).</summary>
    Cancelled = 20,

    /// <summary>Server: one item of a stream.</summary>
    Item = 21,

    /// <summary>Server: a stream has ended.</summary>
    End = 22,

    /// <summary>Server: the first frame on a pipe for answers, the token that the one for requests is to be joined by.</summary>
    Token = 23,
}
