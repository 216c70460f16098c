"""Hands over updates that its node must refuse, too large for it to have read them when it knows; then updates that are as they should be."""

import struct
import sys
import time

import numpy

import starling
from starling import safetensors
from starling.session import Session

SIZE = 8_000_000


def weights(name="a", first=0.0):
    model = {name: numpy.zeros(SIZE, "<f4"), "z": numpy.zeros(2, "<f4")}
    model[name][0] = first
    return model


def padded():
    header, *rest = safetensors.pieces(weights())
    longer = struct.pack("<Q", len(header)) + bytes(header[8:]) + 8 * b" "
    return [memoryview(longer), *rest]


def tell(case, session, number, pieces):
    began = time.monotonic()
    try:
        path = f"/v1/update/{number}?weight=1&loss=NaN&accuracy=NaN"
        session._connection.send(path, sum(len(piece) for piece in pieces), lambda: pieces)
        print(f"{case}: nothing was raised", flush=True)
    except starling.SwarmError as refused:
        slow = " after a long while" if time.monotonic() - began > 60 else ""
        print(f"{case}: {type(refused).__name__}: {refused}{slow}", flush=True)


def train():
    session = Session.of_environment()
    session.open(weights(), "refused")
    number, last = 0, False
    while not last:
        assignment = session.next(number)
        if assignment is None:
            continue
        number, last = assignment.number, assignment.last
        if assignment.round == 1:
            tell("not finite", session, number, list(safetensors.pieces(weights(first=numpy.nan))))
            tell("other tensors", session, number, list(safetensors.pieces(weights(name="b"))))
            tell("padded", session, number, padded())
            tell("no file", session, number, [memoryview(b"\xff" * 4 * SIZE)])
        if not last:
            session.update(number, weights(), 1)
    session.finished(number)


if sys.argv[1] == "--save":
    with open(sys.argv[2], "wb") as file:
        safetensors.write(file, weights())
else:
    train()
