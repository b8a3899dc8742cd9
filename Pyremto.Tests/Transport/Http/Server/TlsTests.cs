using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>TLS is Kestrel's own configuration, as the documentation shows it, also for <c>ListenOnHttp</c>.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pyremto-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_endpoints_of_the_configuration_take_the_place_of_the_address()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(now, now.AddYears(100));
        await File.WriteAllTextAsync(Path.Combine(_folder, "coordinator.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder, "coordinator.key"), key.ExportPkcs8PrivateKeyPem());
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration["Kestrel:Endpoints:Https:Url"] = "https://127.0.0.1:0";
        builder.Configuration["Kestrel:Endpoints:Https:Certificate:Path"] = Path.Combine(_folder, "coordinator.pem");
        builder.Configuration["Kestrel:Endpoints:Https:Certificate:KeyPath"] = Path.Combine(_folder, "coordinator.key");
        builder.Services.AddPyremto().ListenOnHttp("http://127.0.0.1:0");
        using var host = builder.Build();
        await host.StartAsync();

        var address = host.Services.GetRequiredService<IPyremtoHttpListener>().Addresses.Should().ContainSingle().Subject;

        address.Should().StartWith("https://127.0.0.1:");
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(certificate);
        using var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } };
        using var client = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        (await client.GetStringAsync(address + "/api/tags")).Should().Be("[]");
        await host.StopAsync();
    }
}
