using System.Runtime.Intrinsics;
using Starling.Core.Kernel;
using Starling.Learning.Networks;

namespace Starling.Learning.Tests.Networks;

public sealed class MatrixProductTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(4, 16, 8)]
    [InlineData(5, 17, 3)]
    [InlineData(32, 10, 128)]
    [InlineData(7, 33, 300)]
    [InlineData(6, 3, 600)]
    [InlineData(3, 64, 257)]
    [InlineData(13, 8, 9)]
    [InlineData(9, 48, 5)]
    [InlineData(10, 24, 70)]
    [InlineData(21, 300, 2)]
    public void IsTheProduct(int m, int n, int k)
    {
        var random = new SeededRandom(1);
        var left = Draw(m * k, random);
        var right = Draw(k * n, random);
        var result = Enumerable.Repeat(float.NaN, m * n).ToArray();
        MatrixProduct.Multiply(left, k, 1, right, result, (m, n, k));
        AssertProduct((row, p) => left[(row * k) + p], right, result, (m, n, k));

        // The same numbers, read as the transpose of a k x m matrix.
        MatrixProduct.Multiply(left, 1, m, right, result, (m, n, k));
        AssertProduct((row, p) => left[(p * m) + row], right, result, (m, n, k));
    }

    [Theory]
    [InlineData(13, 8, 9)]
    [InlineData(9, 59, 5)]
    [InlineData(12, 10, 300)]
    [InlineData(16, 288, 257)]
    public void EachElementIsOneChainAtEveryWidth(int m, int n, int k)
    {
        var random = new SeededRandom(2);
        var (left, right, before) = (Draw(m * k, random), Draw(k * n, random), Draw(m * n, random));
        var expected = before.ToArray();
        for (var row = 0; row < m; row++)
            for (var column = 0; column < n; column++)
                for (var p = 0; p < k; p++)
                    expected[(row * n) + column] =
                        MathF.FusedMultiplyAdd(left[(row * k) + p], right[(p * n) + column], expected[(row * n) + column]);
        Assert.Equal(expected, Sum<Width128, Vector128<float>>());
        Assert.Equal(expected, Sum<Width256, Vector256<float>>());
        Assert.Equal(expected, Sum<Width512, Vector512<float>>());

        float[] Sum<TWidth, TVector>()
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var result = before.ToArray();
            MatrixProduct.Multiply<TWidth, TVector>(left, k, 1, right, result, (m, n, k), accumulate: true);
            return result;
        }
    }

    [Fact]
    public void ShortBuffersAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixProduct.Multiply(new float[5], 3, 1, new float[6], new float[4], (2, 2, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixProduct.Multiply(new float[6], 3, 1, new float[5], new float[4], (2, 2, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixProduct.Multiply(new float[6], 3, 1, new float[6], new float[3], (2, 2, 3)));
    }

    private static void AssertProduct(Func<int, int, float> left, float[] right, float[] result, (int M, int N, int K) size)
    {
        for (var row = 0; row < size.M; row++)
            for (var column = 0; column < size.N; column++)
            {
                var sum = 0.0;
                for (var p = 0; p < size.K; p++)
                    sum += (double)left(row, p) * right[(p * size.N) + column];
                Assert.Equal(sum, result[(row * size.N) + column], 1e-4);
            }
    }

    private static float[] Draw(int count, SeededRandom random) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
}
