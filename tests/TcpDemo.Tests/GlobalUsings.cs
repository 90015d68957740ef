global using System.Text;
global using TcpDemo.Tests.Witness;
global using Xunit;
