using System.Text.Json;

namespace Pyremto;

/// <summary>The contracts of <see cref="PyremtoJson"/> as the server reads and writes them: a field without default has to be there.</summary>
internal static class WireJson
{
    public static PyremtoJson Strict { get; } =
        new(new JsonSerializerOptions(PyremtoJson.Default.Options) { RespectRequiredConstructorParameters = true });
}
