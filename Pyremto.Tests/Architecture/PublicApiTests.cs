using System.Reflection;
using System.Text;

namespace Pyremto.Tests.Architecture;

/// <summary>
/// The public face of each library is written down in <c>PublicApi/*.txt</c>, so that a change of it is seen in review. To accept one,
/// run the tests with <c>PYREMTO_ACCEPT_API=1</c> and commit what they write.
/// </summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Pyremto.Abstractions")]
    [InlineData("Pyremto.Core")]
    [InlineData("Pyremto.Transport.NamedPipes")]
    [InlineData("Pyremto.Transport.Http")]
    public void The_public_face_is_what_was_written_down(string library)
    {
        var path = Path.Combine(RepositoryRoot.Path, "Pyremto.Tests", "Architecture", "PublicApi", library + ".txt");
        var face = FaceOf(Assembly.Load(library));
        if (Environment.GetEnvironmentVariable("PYREMTO_ACCEPT_API") == "1")
            File.WriteAllText(path, face);
        File.ReadAllText(path).Should().Be(face);
    }

    private static string FaceOf(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append($"{KindOf(type)} {NameOf(type)}\n");
            var members = type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(IsVisible).Select(Describe).Order(StringComparer.Ordinal);
            foreach (var member in members)
                text.Append($"    {member}\n");
        }
        return text.ToString();
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodInfo method => (method.IsPublic || method.IsFamily) && !method.IsSpecialName && !method.Name.Contains('<', StringComparison.Ordinal),
        ConstructorInfo constructor => constructor.IsPublic || constructor.IsFamily,
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(accessor => accessor.IsPublic || accessor.IsFamily) && property.Name != "EqualityContract",
        EventInfo => true,
        _ => false,
    };

    private static string Describe(MemberInfo member) => member switch
    {
        MethodInfo method => $"{NameOf(method.ReturnType)} {method.Name}{Generics(method)}({Parameters(method)})",
        ConstructorInfo constructor => $".ctor({Parameters(constructor)})",
        FieldInfo field => $"{NameOf(field.FieldType)} {field.Name}",
        PropertyInfo property => $"{NameOf(property.PropertyType)} {property.Name} {{{(property.CanRead ? " get;" : "")}{(property.CanWrite ? " set;" : "")} }}",
        EventInfo @event => $"event {NameOf(@event.EventHandlerType!)} {@event.Name}",
        _ => member.Name,
    };

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{NameOf(parameter.ParameterType)} {parameter.Name}{(parameter.IsOptional ? "?" : "")}"));

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";

    private static string KindOf(Type type) =>
        type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";

    private static string NameOf(Type type)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (type.IsArray)
            return NameOf(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return type.FullName ?? type.Name;
        var name = (type.Namespace is null ? "" : type.Namespace + ".") + type.Name;
        var tick = name.IndexOf('`', StringComparison.Ordinal);
        return $"{(tick < 0 ? name : name[..tick])}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
    }
}
