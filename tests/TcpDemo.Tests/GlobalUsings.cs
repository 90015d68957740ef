global using System.Text;
global using TcpDemo.Tests.Infrastructure;
global using Xunit;
