"""Merges in NumPy as a user would write them with speed in mind: a line on standard input is a rule, its answer wall and processor seconds.

`check RULE FILE` writes the result, or for krum the number of the chosen model, as float32.
"""

import os
import sys
import time

import numpy as np

CUT = 2
ITERATIONS = 20
ATTACKERS = 3


def mean(states, out):
    """The mean as one matrix product."""
    weights = np.full(len(states), 1 / len(states), np.float32)
    return np.dot(weights, states, out=out)


def coordmedian(states, _):
    """The median of each coordinate."""
    return np.median(states, axis=0)


def trimmedmean(states, _):
    """The mean of each coordinate without the lowest and the highest two."""
    return np.partition(states, (CUT, len(states) - CUT - 1), axis=0)[CUT:-CUT].mean(axis=0)


def geomedian(states, _):
    """Weiszfeld's algorithm as it is written down."""
    point = states.mean(axis=0)
    for _ in range(ITERATIONS):
        pulls = 1 / np.linalg.norm(states - point, axis=1)
        point = pulls @ states / pulls.sum()
    return point


def geomedian_tuned(states, out):
    """The same without a temporary array of all models, and with BLAS wherever it helps."""
    point, difference = states.mean(axis=0), np.empty_like(out)
    for _ in range(ITERATIONS):
        pulls = np.empty(len(states), np.float32)
        for row, state in enumerate(states):
            np.subtract(state, point, out=difference)
            pulls[row] = 1 / np.sqrt(difference @ difference)
        np.dot(pulls / pulls.sum(), states, out=point)
    return point


def choose(squares):
    """The model with the least sum of squared distances to its nearest neighbours."""
    nearest = np.sort(squares, axis=1)[:, 1:len(squares) - ATTACKERS - 1]
    return np.array([nearest.sum(axis=1).argmin()], np.float32)


def krum(states, _):
    """A loop over the pairs."""
    squares = np.zeros((len(states), len(states)), np.float32)
    for a in range(len(states)):
        for b in range(a):
            squares[a, b] = squares[b, a] = ((states[a] - states[b]) ** 2).sum()
    return choose(squares)


def krum_float64(states, _):
    """The same with differences and sums that do not round far beyond the models' precision, as ours are."""
    squares = np.zeros((len(states), len(states)))
    for a in range(len(states)):
        for b in range(a):
            squares[a, b] = squares[b, a] = (np.subtract(states[a], states[b], dtype=np.float64) ** 2).sum()
    return choose(squares)


def krum_tuned(states, difference):
    """The same without temporary arrays, and with BLAS for the sum of squares."""
    squares = np.zeros((len(states), len(states)), np.float32)
    for a in range(len(states)):
        for b in range(a):
            np.subtract(states[a], states[b], out=difference)
            squares[a, b] = squares[b, a] = difference @ difference
    return choose(squares)


RULES = {rule.__name__: rule for rule in (mean, coordmedian, trimmedmean, geomedian, geomedian_tuned, krum, krum_float64, krum_tuned)}


def library():
    """The BLAS that is in use."""
    with open("/proc/self/maps", encoding="ascii") as maps:
        names = {os.path.basename(line.split()[-1]) for line in maps if "blas" in line}
    return " ".join(sorted(names)) or "no BLAS"


def main():
    """Draws the models into the file that both sides read, then answers line by line."""
    path, count, elements = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    draw = np.random.default_rng(1)
    states = np.empty((count, elements), np.float32)
    centre = draw.standard_normal(elements, np.float32)
    for row in states:
        draw.standard_normal(out=row, dtype=np.float32)
        row *= np.float32(0.01)
        row += centre
    states.tofile(path)
    out = np.empty(elements, np.float32)
    print(f"NumPy {np.__version__}, {library()}, {os.environ.get('OPENBLAS_NUM_THREADS', 'any')} thread", flush=True)
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "check":
            RULES[rest[0]](states, out).tofile(rest[1])
            print("done", flush=True)
            continue
        states.sum()  # Each side reads its models first: the system may have set them aside while the other worked.
        began, processor = time.perf_counter(), time.process_time()
        RULES[command](states, out)
        print(f"{time.perf_counter() - began:.6f} {time.process_time() - processor:.6f}", flush=True)


if __name__ == "__main__":
    main()
