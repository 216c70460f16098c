"""Images of digits: MNIST from the folder that the experiment names, or else the 8 x 8 images that come with Starling."""

import gzip
import os
import pathlib
import struct

import numpy
import torch
from torch.utils.data import DataLoader, TensorDataset

DIGITS = pathlib.Path(__file__).parents[2] / "data" / "digits" / "digits.csv.gz"
SHARDS = 2

#: Where MNIST is: 'starling run --set data.folder=DIR' says so.
FOLDER = os.environ.get("STARLING_DATA")

#: Pixels a side.
SIDE = 28 if FOLDER else 8

#: Passes over the rows, of which the small set has few.
EPOCHS = 3 if FOLDER else 25


def train(member=0, members=1, batch=32, seed=0):
    """This member's rows, shuffled anew in each epoch.

    Members have rows of few digits each: all rows, sorted by digit, are dealt in two shards a member.
    """
    images, labels = load()[0]
    order = numpy.argsort(labels, kind="stable")
    shards = numpy.array_split(order, SHARDS * members)
    mine = numpy.concatenate([shards[member + members * i] for i in range(SHARDS)])
    own = TensorDataset(torch.from_numpy(images[mine]), torch.from_numpy(labels[mine]))
    return DataLoader(own, batch, shuffle=True, generator=torch.Generator().manual_seed(seed))


def test():
    """The rows to test with, which are everybody's."""
    images, labels = load()[1]
    return DataLoader(TensorDataset(torch.from_numpy(images), torch.from_numpy(labels)), 500)


def load():
    return mnist(pathlib.Path(FOLDER)) if FOLDER else digits()


def digits():
    with gzip.open(DIGITS, "rt") as lines:
        table = numpy.loadtxt(lines, delimiter=",", dtype="f4")
    table = table[numpy.random.default_rng(1).permutation(len(table))]
    images, labels = table[:, :64].reshape(-1, 1, 8, 8) / 16, table[:, 64].astype("i8")
    cut = len(table) // 5
    return (images[cut:], labels[cut:]), (images[:cut], labels[:cut])


def mnist(folder):
    return tuple(
        (idx(folder / f"{part}-images-idx3-ubyte"), idx(folder / f"{part}-labels-idx1-ubyte"))
        for part in ("train", "t10k")
    )


def idx(path):
    file = path.read_bytes()
    shape = struct.unpack_from(f">{file[3]}i", file, 4)
    values = numpy.frombuffer(file, "u1", offset=4 + 4 * len(shape)).reshape(shape)
    if len(shape) == 1:
        return values.astype("i8")
    return values.reshape(-1, 1, *shape[1:]).astype("f4") / 255
