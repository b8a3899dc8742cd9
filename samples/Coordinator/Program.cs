using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddPyremto()                       // a scheduler, in memory
    .ListenOnHttp(args is [var url, ..] ? url : "http://localhost:5080");
await builder.Build().RunAsync();
