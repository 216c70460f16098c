namespace Starling.Learning.Data.Profiles;

/// <summary>What a column of a table holds, by what is in most of its rows.</summary>
public enum ColumnKind
{
    /// <summary>Nothing: every row lacks a value.</summary>
    Empty = 0,

    /// <summary>The same value in every row.</summary>
    Constant = 1,

    /// <summary>Whole numbers.</summary>
    Integer = 2,

    /// <summary>Numbers.</summary>
    Number = 3,

    /// <summary>A few texts, each in several rows.</summary>
    Category = 4,

    /// <summary>Texts.</summary>
    Text = 5,

    /// <summary>What names rows and says nothing of them: numbers that count them, or texts that are all different.</summary>
    Identifier = 6,
}
