using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Starling.Node.Identity.Workload.Wire;

namespace Starling.Node.Tests.Identity;

/// <summary>A Workload API on a Unix socket, which answers what a test gives it and checks what it is asked.</summary>
internal sealed class WorkloadServer : IAsyncDisposable
{
    private readonly Channel<byte[]> answers = Channel.CreateUnbounded<byte[]>();
    private readonly string folder = Directory.CreateTempSubdirectory("starling-workload-").FullName;
    private WebApplication? application;
    private int underWay;

    public string Socket => Path.Combine(folder, "agent.sock");

    /// <summary>What the answer ends with, in its trailers.</summary>
    public string Status { get; set; } = "0";

    public async Task<WorkloadServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Socket, listen => listen.Protocols = HttpProtocols.Http2));
        application = builder.Build();
        application.MapPost("/SpiffeWorkloadAPI/FetchX509SVID", AnswerAsync);
        await application.StartAsync(TestContext.Current.CancellationToken);
        return this;
    }

    public void Issue(X509SVIDResponse answer) => Send([0, .. Length(answer.CalculateSize()), .. answer.ToByteArray()]);

    public void Send(byte[] bytes) => answers.Writer.TryWrite(bytes);

    /// <summary>Waits until nobody is being answered: what is issued while one who has gone is taken for listening is lost.</summary>
    public async Task UntilIdleAsync()
    {
        while (Volatile.Read(ref underWay) > 0)
            await Task.Delay(10, TestContext.Current.CancellationToken);
    }

    /// <summary>Ends the answer that is under way.</summary>
    public void End() => answers.Writer.TryComplete();

    public static X509SVIDResponse Identity(X509Certificate2 certificate, X509Certificate2 authority, string spiffe)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        var svid = new X509SVID
        {
            SpiffeId = spiffe,
            X509Svid = ByteString.CopyFrom(certificate.RawData),
            X509SvidKey = ByteString.CopyFrom(Export(key)),
            Bundle = ByteString.CopyFrom(authority.RawData),
        };
        return new X509SVIDResponse { Svids = { svid } };
    }

    public async ValueTask DisposeAsync()
    {
        End();
        if (application is not null)
            await application.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }

    // A key that came out of a PKCS #12 file can only be exported encrypted on some platforms.
    private static byte[] Export(ECDsa key)
    {
        using var copy = ECDsa.Create();
        copy.ImportEncryptedPkcs8PrivateKey("x",
            key.ExportEncryptedPkcs8PrivateKey("x", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)),
            out _);
        return copy.ExportPkcs8PrivateKey();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref underWay);
        try
        {
            await TellAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    private async Task TellAsync(HttpContext context)
    {
        using var asked = new MemoryStream();
        await context.Request.Body.CopyToAsync(asked);
        context.Response.ContentType = "application/grpc";
        var right = asked.ToArray() is [0, 0, 0, 0, 0] && context.Request.Headers["workload.spiffe.io"] == "true"
            && context.Request.Headers.TE == "trailers"
            && context.Request.ContentType == "application/grpc" && context.Request.Protocol == "HTTP/2";
        if (right)
        {
            await context.Response.StartAsync();
            await foreach (var answer in answers.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.Body.WriteAsync(answer);
                await context.Response.Body.FlushAsync();
            }
        }

        context.Response.AppendTrailer("grpc-status", right ? Status : "3");
    }
}
