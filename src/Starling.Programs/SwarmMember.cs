namespace Starling.Programs;

/// <summary>Which member of a swarm a program is.</summary>
/// <param name="Number">Its place among the members, from 0.</param>
/// <param name="Members">How many members there are; 1 for a program that trains on all rows by itself.</param>
public sealed record SwarmMember(int Number, int Members);
