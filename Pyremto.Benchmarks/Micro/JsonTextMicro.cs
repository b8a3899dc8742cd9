using System.Text;
using BenchmarkDotNet.Attributes;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Micro;

/// <summary>Reading payloads, which every description and result goes through once.</summary>
[MemoryDiagnoser]
public class JsonTextMicro
{
    private static readonly byte[] Small = Encoding.UTF8.GetBytes(Sample.Result);
    private static readonly byte[] Large = Encoding.UTF8.GetBytes($$"""{"curve": [{{string.Join(", ", Sample.Descriptions(1_000))}}]}""");

    [Benchmark]
    public JsonText ParseSmall() => JsonText.Parse(Small);

    [Benchmark]
    public JsonText ParseLarge() => JsonText.Parse(Large);

    [Benchmark]
    public bool ParseLargeAsPython() => JsonText.TryParsePython(Large, out _, out _);
}
