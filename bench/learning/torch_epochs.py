"""Trains the multilayer perceptron of the comparison in PyTorch, an epoch for each line on standard input.

Everything that is timed works on tensors in memory: no DataLoader, no conversion. Each measurement begins with trying every form that a
user could write (see FORMS), and goes on with the fastest.
"""

import argparse
import gzip
import os
import sys
import time

import numpy
import torch

FEATURES, HIDDEN, CLASSES = 784, 128, 10


def read_idx(folder, name, offset):
    """The bytes of an IDX file, plain or gzip, behind its header."""
    path = os.path.join(folder, name)
    opener, path = (open, path) if os.path.exists(path) else (gzip.open, path + ".gz")
    with opener(path, "rb") as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=offset)


def load(folder, rows):
    """Training features and labels: MNIST, or noise of its shape."""
    if folder:
        images = read_idx(folder, "train-images-idx3-ubyte", 16).reshape(-1, FEATURES)[:rows]
        labels = read_idx(folder, "train-labels-idx1-ubyte", 8)[:rows]
        return torch.from_numpy(images.astype(numpy.float32) / 255), torch.from_numpy(labels.astype(numpy.int64))
    draw = numpy.random.default_rng(1)
    return torch.from_numpy(draw.random((rows, FEATURES), numpy.float32)), torch.from_numpy(draw.integers(0, CLASSES, rows))


class Run:
    """A model with its optimiser, trained in one of the forms."""

    def __init__(self, form, optimizer, rate, momentum):
        torch.manual_seed(1)
        self.gather, foreach = form
        self.model = torch.nn.Sequential(torch.nn.Linear(FEATURES, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES))
        self.loss = torch.nn.CrossEntropyLoss()
        parameters = self.model.parameters()
        self.optimizer = (torch.optim.Adam(parameters, lr=rate, foreach=foreach) if optimizer == "adam"
                          else torch.optim.SGD(parameters, lr=rate, momentum=momentum, foreach=foreach))

    def epoch(self, features, labels, batch):
        """One pass over all rows in a fresh order; returns wall and processor seconds."""
        began, processor = time.perf_counter(), time.process_time()
        order = torch.randperm(len(labels))
        if self.gather == "once":
            features, labels = features[order], labels[order]
        for start in range(0, len(labels) - batch + 1, batch):
            if self.gather == "once":
                rows, classes = features[start:start + batch], labels[start:start + batch]
            else:
                some = order[start:start + batch]
                rows, classes = features.index_select(0, some), labels.index_select(0, some)
            loss = self.loss(self.model(rows), classes)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
        return time.perf_counter() - began, time.process_time() - processor

    def accuracy(self, features, labels):
        """The share of rows whose class is predicted."""
        with torch.no_grad():
            return (self.model(features).argmax(1) == labels).float().mean().item()


# How rows are gathered (all of them once an epoch, or a batch at a time) and whether the optimiser handles its tensors in one call.
FORMS = [(gather, foreach) for gather in ("once", "batch") for foreach in (False, True)]


def library():
    """The BLAS that is in use."""
    with open("/proc/self/maps", encoding="ascii") as maps:
        names = {os.path.basename(line.split()[-1]) for line in maps if "blas" in line}
    return " ".join(sorted(names)) or "none"


def main():
    """Answers each line: `start BATCH OPTIMIZER RATE MOMENTUM`, `epoch` or `accuracy`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="")
    parser.add_argument("--rows", type=int, default=60_000)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    features, labels = load(arguments.data, arguments.rows)
    torch.nn.Linear(2, 2)(torch.zeros(2, 2))
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} thread, {library()}", flush=True)
    run, batch = None, 0
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "start":
            batch, settings = int(rest[0]), (rest[1], float(rest[2]), float(rest[3]))
            times = {form: min(Run(form, *settings).epoch(features, labels, batch)[0] for _ in range(3)) for form in FORMS}
            best = min(times, key=times.get)
            run = Run(best, *settings)
            print(f"rows gathered {'once an epoch' if best[0] == 'once' else 'for each batch'}, foreach={best[1]}", flush=True)
        elif command == "epoch":
            print("%.6f %.6f" % run.epoch(features, labels, batch), flush=True)
        else:
            print(f"{run.accuracy(features, labels):.4f}", flush=True)


if __name__ == "__main__":
    main()
