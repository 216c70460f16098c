using Starling.Core.Models;
using Starling.Learning.Programs;

namespace Starling.Programs;

/// <summary>What a program in a process of its own trains.</summary>
/// <param name="Schema">The tensors of the model, the same on every member.</param>
/// <param name="Program">Makes the program of a member, once it is known which one this is.</param>
/// <param name="Terms">On which terms a member takes part. Without a node it trains for as many epochs, or one.</param>
public sealed record SwarmModel(ModelSchema Schema, Func<SwarmMember, ITrainingProgram> Program, Func<SwarmMember, ProgramTerms> Terms);
