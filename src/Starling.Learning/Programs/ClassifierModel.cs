using Starling.Core.Models;
using Starling.Learning.Data;
using Starling.Learning.Metrics;
using Starling.Learning.Networks;

namespace Starling.Learning.Programs;

/// <summary>A trained classifier, used without training: it predicts and is measured.</summary>
public sealed class ClassifierModel
{
    private const int MostRows = 256;
    private const int MostFloats = 1 << 24;
    private readonly INetwork network;
    private readonly int batch;

    internal ClassifierModel(ModelSchema schema, NetworkShape shape)
    {
        Schema = schema;
        batch = (int)Math.Clamp(MostFloats / shape.RowFloats, 1, MostRows);
        network = shape.Create(batch);
        (Columns, Classes) = (shape.Columns, shape.Classes);
    }

    /// <summary>The schema of the states that it takes.</summary>
    public ModelSchema Schema { get; }

    /// <summary>Features a row.</summary>
    public int Columns { get; }

    /// <summary>How many classes it tells apart.</summary>
    public int Classes { get; }

    /// <summary>Recognises a model of this library by its tensors' names and shapes.</summary>
    /// <returns>The model, or null if the schema is another's.</returns>
    public static ClassifierModel? Recognise(ModelSchema schema)
    {
        if (NetworkShape.Guess(schema) is not { } shape)
            return null;
        var padding = schema.IndexOf(Padding.TensorName);
        var expected = new ModelSchema(Padding.Append(shape.Tensors, padding < 0 ? 0 : schema.Tensors[padding].Count));
        return expected.Hash == schema.Hash ? new ClassifierModel(schema, shape) : null;
    }

    /// <summary>Measures a model.</summary>
    /// <exception cref="ArgumentException">The state or the rows have another shape.</exception>
    public Evaluation Evaluate(ModelState state, DataSet data)
    {
        var scores = Predict(state, data);
        if (data.Classes != Classes)
            throw new ArgumentException($"The rows have {data.Classes} classes, the model {Classes}.", nameof(data));
        var predicted = new int[data.Rows];
        var loss = 0.0;
        for (var i = 0; i < data.Rows; i++)
        {
            var row = scores.AsSpan(i * Classes, Classes);
            predicted[i] = ClassificationMetrics.Predict(row);
            loss += RowOperations.Loss(row[data.Labels[i]]);
        }

        return new Evaluation(
            data.Rows == 0 ? 0 : loss / data.Rows,
            ClassificationMetrics.Accuracy(predicted, data.Labels),
            ClassificationMetrics.MacroAuc(scores, data.Labels, Classes),
            ClassificationMetrics.MacroF1(predicted, data.Labels, Classes),
            data.Rows);
    }

    /// <summary>The class probabilities of every row, rows x classes.</summary>
    /// <exception cref="ArgumentException">The state or the rows have another shape.</exception>
    public float[] Predict(ModelState state, DataSet data)
    {
        Padding.RequireSchema(Schema, state);
        if (data.Columns != Columns)
            throw new ArgumentException($"The rows have {data.Columns} features, the model {Columns}.", nameof(data));
        var scores = new float[checked(data.Rows * Classes)];
        var weights = state.Values.AsSpan(0, network.ParameterCount);
        for (var from = 0; from < data.Rows; from += batch)
        {
            var count = Math.Min(batch, data.Rows - from);
            network.Forward(weights, data.Features.Slice(from * Columns, count * Columns), count);
            network.Probabilities[..(count * Classes)].CopyTo(scores.AsSpan(from * Classes));
        }

        return scores;
    }
}
