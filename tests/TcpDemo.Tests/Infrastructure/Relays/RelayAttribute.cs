using System.Reflection;
using Xunit.Sdk;

namespace TcpDemo.Tests.Infrastructure.Relays;

/// <summary>A row of a theory about a relay. If the relay is not installed, the row is skipped.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RelayAttribute : DataAttribute
{
    private readonly object?[] _row;

    public RelayAttribute(string name, params object?[] expected)
    {
        _row = [name, .. expected];
        Skip = Recipe.All[name].Missing;
    }

    public override IEnumerable<object?[]> GetData(MethodInfo testMethod) => [_row];
}
