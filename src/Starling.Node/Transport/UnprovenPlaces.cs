using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Starling.Node.Transport;

/// <summary>
/// The connections of a node's port whose other end has not shown a certificate that is believed. Anyone can open thousands and say
/// nothing: so they have few places, and one that comes when all are taken takes that of the oldest of the address that has most. Who has a
/// certificate and another address is never put out for them. For use by several threads.
/// </summary>
/// <param name="connections">How many connections the port takes; an eighth of them may be such ones.</param>
internal sealed class UnprovenPlaces(int connections)
{
    // What one host has of addresses of version 6.
    private const int NetworkBytes = 8;

    private readonly Lock gate = new();
    private readonly LinkedList<(ConnectionContext Connection, IPAddress Address)> inOrder = [];
    private readonly Dictionary<ConnectionContext, LinkedListNode<(ConnectionContext, IPAddress)>> places = [];

    /// <summary>How many there may be.</summary>
    public int Most { get; } = Math.Max(1, connections / 8);

    /// <summary>Gives a connection a place, which it leaves when it is proven or ends.</summary>
    /// <returns>Whose place it took, to be closed; null if one was free.</returns>
    public ConnectionContext? Enter(ConnectionContext connection)
    {
        lock (gate)
        {
            places[connection] = inOrder.AddLast((connection, AddressOf(connection.RemoteEndPoint)));
            if (places.Count <= Most)
                return null;
            var crowds = inOrder.CountBy(place => place.Address).ToDictionary();
            var crowd = crowds.Values.Max();
            var oldest = inOrder.First(place => crowds[place.Address] == crowd).Connection;
            Leave(oldest);
            return oldest;
        }
    }

    /// <summary>Frees its place, if it has one.</summary>
    public void Leave(ConnectionContext connection)
    {
        lock (gate)
            if (places.Remove(connection, out var place))
                inOrder.Remove(place);
    }

    private static IPAddress AddressOf(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address })
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPAddress([.. address.GetAddressBytes().AsSpan(0, NetworkBytes), .. new byte[NetworkBytes]])
            : address;
    }
}
