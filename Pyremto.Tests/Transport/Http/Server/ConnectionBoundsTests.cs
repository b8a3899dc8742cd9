using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>How many connections a server takes, in all and of one address (S16).</summary>
public sealed class ConnectionBoundsTests
{
    [Fact]
    public async Task A_connection_too_many_is_closed_at_once_said_once_and_there_is_room_again_when_another_ends()
    {
        var log = new LinesLogger();
        await using var at = await HttpCoordinator.StartAsync(
            options => options.MaxConnections = 2, builder => builder.Logging.AddProvider(log));
        using var first = await ConnectAsync(at);
        using (await ConnectAsync(at))
        {
            for (var i = 0; i < 5; i++)
            {
                using var third = await ConnectAsync(at);
                (await IsClosedAsync(third)).Should().BeTrue();
            }
        }

        (await UntilServedAsync(at)).Should().Be(HttpStatusCode.OK);
        await at.StopAsync();
        log.Lines.Where(line => line.Contains("refused", StringComparison.Ordinal)).Should().ContainSingle()
            .Which.Should().StartWith("Warning").And.Contain("MaxConnections").And.Contain("127.0.0.1");
    }

    [SkippableFact]
    public async Task One_address_has_a_bound_of_its_own_which_loopback_and_known_proxies_are_free_of()
    {
        var address = MachineAddress.Find();
        Skip.If(address is null, "This machine is in no network.");
        await using var bounded = await HttpCoordinator.StartAsync(options => options.MaxConnectionsPerAddress = 2, url: "http://*:0");
        await using var proxied = await HttpCoordinator.StartAsync(
            options =>
            {
                options.MaxConnectionsPerAddress = 2;
                options.KnownProxies.Add($"{address}/32");
            },
            url: "http://0.0.0.0:0");
        Skip.If(address!.AddressFamily != AddressFamily.InterNetwork, "The other server listens over IPv4.");

        (await HeldAsync(bounded, address, 4)).Should().Be(2);
        (await HeldAsync(bounded, IPAddress.Loopback, 4)).Should().Be(4);
        (await HeldAsync(proxied, address, 4)).Should().Be(4);
    }

    [Theory]
    [InlineData(1024L, 768L, 192L)]
    [InlineData(400L, 300L, 75L)]
    [InlineData(1_000_000L, 998_976L, 249_744L)]
    public void A_quarter_of_the_descriptors_and_1024_at_most_are_kept(long limit, long forConnections, long share)
    {
        var reserve = new DescriptorReserve(limit);
        reserve.Allows(forConnections - 1).Should().BeTrue();
        reserve.Allows(forConnections).Should().BeFalse();
        reserve.Share.Should().Be(share);
    }

    [Fact]
    public void Without_a_limit_nothing_is_kept_and_there_is_no_share() =>
        new DescriptorReserve(null).Should().Match<DescriptorReserve>(
            reserve => reserve.Allows(long.MaxValue - 1) && reserve.Share == null);

    [SkippableFact]
    public async Task The_limit_is_the_processs_own()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere a process is not told.");
        var lines = await File.ReadAllLinesAsync("/proc/self/limits");
        var line = lines.Single(line => line.Contains("open files", StringComparison.Ordinal));
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].Should()
            .Be(DescriptorReserve.OfThisProcess().Limit?.ToString(CultureInfo.InvariantCulture) ?? "unlimited");
    }

    [Fact]
    public void What_happens_often_is_said_at_once_and_then_once_a_minute()
    {
        var time = new FakeTimeProvider();
        var notice = new RareNotice(time);
        notice.Count().Should().Be(1);
        notice.Count().Should().Be(0);
        notice.Count().Should().Be(0);
        time.Advance(TimeSpan.FromMinutes(1));
        notice.Count().Should().Be(3, "two were not said, and one is new");
        notice.Count().Should().Be(0);
    }

    private static Task<Socket> ConnectAsync(HttpCoordinator at) => ConnectAsync(at, IPAddress.Loopback);

    private static async Task<Socket> ConnectAsync(HttpCoordinator at, IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, new Uri(at.Url).Port);
        }
        catch (SocketException)
        {
            // It was closed before this end knew that it was open.
        }
        return socket;
    }

    /// <summary>How many of that many connections are still there after the server has answered over those that are.</summary>
    private static async Task<int> HeldAsync(HttpCoordinator at, IPAddress address, int count)
    {
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < count; i++)
                sockets.Add(await ConnectAsync(at, address));
            var closed = await Task.WhenAll(sockets.Select(IsClosedAsync));
            return closed.Count(isClosed => !isClosed);
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    /// <summary>Asks for something: a connection that was taken is answered, another one is over.</summary>
    private static async Task<bool> IsClosedAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            return await socket.ReceiveAsync(new byte[1]).WaitAsync(HttpCoordinator.Patience) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>The server learns of a connection's end a moment later.</summary>
    private static async Task<HttpStatusCode> UntilServedAsync(HttpCoordinator at)
    {
        using var deadline = new CancellationTokenSource(HttpCoordinator.Patience);
        while (true)
        {
            try
            {
                using var client = new HttpClient();
                using var answer = await client.GetAsync(at.Url + "/api/tags", deadline.Token);
                return answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                await Task.Yield();
            }
        }
    }
}
