using Starling.Core.Models;
using Starling.Learning.Programs;
using Starling.Programs;

/// <summary>
/// The model and how it learns: the part to change. Whatever has weights that fit into named tensors can be trained in a swarm;
/// Starling.Learning.Networks has larger networks.
/// </summary>
internal sealed class Softmax : ITrainingProgram
{
    private const string Weight = "weight", Bias = "bias";
    private const int Batch = 32;
    private const float Step = 0.1f;

    private readonly Rows rows;
    private readonly int member;
    private readonly int[] mine;
    private readonly int[] test;

    public Softmax(Rows rows, SwarmMember member)
    {
        (this.rows, this.member) = (rows, member.Number);
        (mine, test) = rows.Divide(member);
        Schema = SchemaOf(rows);
    }

    public ModelSchema Schema { get; }

    public long Examples => mine.Length;

    public long BatchesPerEpoch => Math.Max(1, mine.Length / Batch);

    public static ModelSchema SchemaOf(Rows rows) =>
        new([new TensorSpec(Weight, rows.Classes, rows.Features), new TensorSpec(Bias, rows.Classes)]);

    // All members begin with the same model. This one may be all zeros; that of a network with hidden layers must be drawn,
    // with a seed that all share.
    public ModelState Initialise() => new(Schema);

    public LocalResult Train(ModelState start, long round, int batches, CancellationToken cancellation)
    {
        var state = start.Clone();
        // The order depends on member and round alone, so that a member that is started again trains the same.
        var order = new Random(unchecked((member * 1_000_003) + (int)round));
        var (loss, right, seen) = (0.0, 0, 0);
        for (var batch = 0; batch < batches; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            var slope = new ModelState(Schema);
            for (var i = 0; i < Batch; i++, seen++)
            {
                var row = mine[order.Next(mine.Length)];
                var shares = Predict(state, row);
                loss -= Math.Log(shares[rows.Labels[row]] + 1e-9);
                right += Best(shares) == rows.Labels[row] ? 1 : 0;
                shares[rows.Labels[row]] -= 1;
                Add(slope, shares, rows.Row(row));
            }

            for (var i = 0; i < state.Values.Length; i++)
                state.Values[i] -= Step / Batch * slope.Values[i];
        }

        return new LocalResult(state, new Evaluation(loss / Math.Max(1, seen), (double)right / Math.Max(1, seen), null, null, seen));
    }

    // On the rows that nobody trains with.
    public Evaluation Evaluate(ModelState state)
    {
        var (loss, right) = (0.0, 0);
        foreach (var row in test)
        {
            var shares = Predict(state, row);
            loss -= Math.Log(shares[rows.Labels[row]] + 1e-9);
            right += Best(shares) == rows.Labels[row] ? 1 : 0;
        }

        return new Evaluation(loss / test.Length, (double)right / test.Length, null, null, test.Length);
    }

    private float[] Predict(ModelState state, int row)
    {
        var weight = state.Tensor(Weight);
        var bias = state.Tensor(Bias);
        var features = rows.Row(row);
        var shares = new float[rows.Classes];
        for (var c = 0; c < shares.Length; c++)
        {
            shares[c] = bias[c];
            for (var i = 0; i < features.Length; i++)
                shares[c] += weight[(c * features.Length) + i] * features[i];
        }

        var largest = shares.Max();
        for (var c = 0; c < shares.Length; c++)
            shares[c] = MathF.Exp(shares[c] - largest);
        var sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    private static void Add(ModelState slope, float[] errors, ReadOnlySpan<float> features)
    {
        var weight = slope.Tensor(Weight);
        var bias = slope.Tensor(Bias);
        for (var c = 0; c < errors.Length; c++)
        {
            bias[c] += errors[c];
            for (var i = 0; i < features.Length; i++)
                weight[(c * features.Length) + i] += errors[c] * features[i];
        }
    }

    private static int Best(float[] shares) => Array.IndexOf(shares, shares.Max());
}
