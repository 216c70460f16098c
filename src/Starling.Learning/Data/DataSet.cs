using System.Collections.Immutable;
using Starling.Core.Configuration;

namespace Starling.Learning.Data;

/// <summary>Rows of float features with a class each.</summary>
public sealed class DataSet
{
    private readonly float[] features;
    private readonly int[] labels;

    /// <summary>Wraps row-major features and one class a row.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="columns">Features a row, at least 1.</param>
    /// <param name="features">Rows x columns, already scaled.</param>
    /// <param name="labels">A class a row, from 0.</param>
    /// <param name="classNames">The classes' names: their number is the number of classes.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or a label is out of range.</exception>
    public DataSet(string name, int columns, float[] features, int[] labels, ImmutableArray<string> classNames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (features.LongLength != (long)labels.Length * columns)
            throw new ArgumentException($"{labels.Length} rows of {columns} columns are not {features.Length} values.", nameof(features));
        if (Array.Exists(labels, label => label < 0 || label >= classNames.Length))
            throw new ArgumentException($"A label is outside 0 to {classNames.Length - 1}.", nameof(labels));
        Name = name;
        Columns = columns;
        this.features = features;
        this.labels = labels;
        ClassNames = classNames;
    }

    public string Name { get; }

    /// <summary>Features a row.</summary>
    public int Columns { get; }

    public int Rows => labels.Length;

    /// <summary>What the features are called; empty if nobody says.</summary>
    public ImmutableArray<string> ColumnNames { get; init; } = [];

    /// <summary>How many classes there are, whether or not a row has each.</summary>
    public int Classes => ClassNames.Length;

    public ImmutableArray<string> ClassNames { get; }

    /// <summary>The class of every row.</summary>
    public ReadOnlySpan<int> Labels => labels;

    /// <summary>All features, rows x columns.</summary>
    public ReadOnlySpan<float> Features => features;

    /// <summary>The features of one row.</summary>
    public ReadOnlySpan<float> Row(int row) => features.AsSpan(row * Columns, Columns);

    /// <summary>A copy of some rows, in the given order.</summary>
    public DataSet Select(ReadOnlySpan<int> rows)
    {
        var values = new float[checked(rows.Length * Columns)];
        var classes = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(values.AsSpan(i * Columns));
            classes[i] = labels[rows[i]];
        }

        return new DataSet(Name, Columns, values, classes, ClassNames) { ColumnNames = ColumnNames };
    }

    /// <summary>The same rows among other classes, which include all of this set's.</summary>
    /// <exception cref="ArgumentException">A class is missing.</exception>
    public DataSet WithClasses(ImmutableArray<string> classNames)
    {
        if (classNames.SequenceEqual(ClassNames))
            return this;
        var index = ClassNames.Select(name => classNames.IndexOf(name, StringComparer.Ordinal)).ToArray();
        return new DataSet(Name, Columns, features, Array.ConvertAll(labels, label => index[label]), classNames)
        {
            ColumnNames = ColumnNames
        };
    }

    /// <summary>Throws unless the features are those of another set, in its order, as far as both say what they are.</summary>
    /// <exception cref="DataException">One is another.</exception>
    public void RequireColumnsOf(DataSet other)
    {
        for (var i = 0; i < Math.Min(ColumnNames.Length, other.ColumnNames.Length); i++)
            if (ColumnNames[i] != other.ColumnNames[i])
                throw new DataException($"{Name}, line 1: feature {i + 1} is '{Mistake.Shorten(ColumnNames[i])}', where {other.Name} has '{Mistake.Shorten(other.ColumnNames[i])}'; give both the same columns in the same order.");
    }
}
