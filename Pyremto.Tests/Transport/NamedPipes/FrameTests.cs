using System.Buffers;
using System.Buffers.Binary;

namespace Pyremto.Tests.Transport.NamedPipes;

public sealed class FrameTests
{
    private const int Limit = 100;

    [Fact]
    public void A_frame_is_cut_off_the_front()
    {
        var buffer = new ReadOnlySequence<byte>([.. RawFrame.Of(FrameKind.Call, 7, "abc"u8), 1, 2]);

        Frame.TryRead(ref buffer, Limit, out var frame).Should().BeTrue();

        (frame.Kind, frame.Call).Should().Be((FrameKind.Call, 7u));
        frame.Body.ToArray().Should().Equal("abc"u8.ToArray());
        buffer.ToArray().Should().Equal(1, 2);
    }

    [Fact]
    public void A_frame_may_have_no_body()
    {
        var buffer = new ReadOnlySequence<byte>(RawFrame.Of(FrameKind.Cancel, uint.MaxValue, []));

        Frame.TryRead(ref buffer, Limit, out var frame).Should().BeTrue();

        (frame.Kind, frame.Call, frame.Body.Length, buffer.Length).Should().Be((FrameKind.Cancel, uint.MaxValue, 0L, 0L));
    }

    [Fact]
    public void What_is_no_whole_frame_yet_is_left_as_it_is()
    {
        var whole = RawFrame.Of(FrameKind.Call, 1, "abc"u8);
        for (var length = 0; length < whole.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(whole, 0, length);

            Frame.TryRead(ref buffer, Limit, out _).Should().BeFalse();

            buffer.Length.Should().Be(length);
        }
    }

    [Fact]
    public void Several_frames_come_out_one_after_the_other_wherever_the_reads_cut_them()
    {
        byte[] bytes = [.. RawFrame.Of(FrameKind.Call, 1, "a"u8), .. RawFrame.Of(FrameKind.Cancel, 2, []), .. RawFrame.Of(FrameKind.Item, 3, "cdefgh"u8)];
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var buffer = InTwo(bytes, cut);
            var calls = new List<(uint Call, long Length)>();

            while (Frame.TryRead(ref buffer, Limit, out var frame))
                calls.Add((frame.Call, frame.Body.Length));

            calls.Should().Equal((1, 1), (2, 0), (3, 6));
            buffer.IsEmpty.Should().BeTrue();
        }
    }

    [Fact]
    public void A_body_of_the_limit_is_taken_and_one_byte_more_refused_before_it_is_there()
    {
        var allowed = new ReadOnlySequence<byte>(RawFrame.Of(FrameKind.Call, 1, new byte[Limit]));
        var refused = new ReadOnlySequence<byte>(RawFrame.Of(FrameKind.Call, 1, new byte[Limit + 1]), 0, Frame.HeaderLength);

        Frame.TryRead(ref allowed, Limit, out _).Should().BeTrue();
        FluentActions.Invoking(() => Frame.TryRead(ref refused, Limit, out _)).Should().Throw<FrameException>().WithMessage("*101*100*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_length_that_no_frame_has_is_refused(int length)
    {
        var bytes = new byte[Frame.HeaderLength];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        var buffer = new ReadOnlySequence<byte>(bytes);

        FluentActions.Invoking(() => Frame.TryRead(ref buffer, Frame.LongestBody, out _)).Should().Throw<FrameException>();
    }

    private static ReadOnlySequence<byte> InTwo(byte[] bytes, int cut)
    {
        var first = new Segment(bytes.AsMemory(0, cut), null);
        var last = new Segment(bytes.AsMemory(cut), first);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
