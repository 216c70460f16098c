using Google.Protobuf;
using Starling.Core.Tests;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Tests.Transport;

public sealed class KeptMessageTests
{
    private readonly KeptMessage<ContentHeader> headers = new(new ContentHeader(), message => (message.Request, message.Length) = (0, 0));

    [Fact]
    public void A_field_that_a_frame_does_not_name_is_not_that_of_the_frame_before()
    {
        Assert.Equal(new ContentHeader { Request = 7, Length = 9 }, headers.Read(Header(new ContentHeader { Request = 7, Length = 9 })));
        Assert.Equal(new ContentHeader { Length = 3 }, headers.Read(Header(new ContentHeader { Length = 3 })));
    }

    [Fact]
    public void Many_small_frames_cost_nothing()
    {
        var frame = Header(new ContentHeader { Request = 7, Length = 9 });
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
                headers.Read(frame);
        }));
    }

    [Fact]
    public void Fields_of_later_versions_are_passed_over_and_not_kept()
    {
        byte[] later = [.. new ContentHeader { Request = 7 }.ToByteArray(), 0x52, 2, 1, 2];
        Assert.Equal(new ContentHeader { Request = 7 }, headers.Read(new Frame(FrameKind.ContentHeader, later)));
    }

    [Fact]
    public void What_is_no_such_message_is_refused() =>
        Assert.Throws<PeerRefusedException>(() => headers.Read(new Frame(FrameKind.ContentHeader, new byte[] { 0xff })));

    private static Frame Header(ContentHeader header) => new(FrameKind.ContentHeader, header.ToByteArray());
}
