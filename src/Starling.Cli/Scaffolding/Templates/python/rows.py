"""Reads the rows that columns.json describes."""

import csv
import gzip
import json
import math
import os
import pathlib

import numpy

HERE = pathlib.Path(__file__).parent
COLUMNS = json.loads((HERE / "columns.json").read_text(encoding="utf-8"))
CLASSES = COLUMNS["classes"]

#: Numbers that the model gets of a row: one of a column of numbers, and one for each text of a column of texts.
FEATURES = sum(len(column.get("values", [0])) for column in COLUMNS["features"])


def load(member=0, members=1):
    """The rows that this member trains with, and those that all test with; of each the features and the labels."""
    features, labels = read()
    order = numpy.random.default_rng(1).permutation(len(labels))
    kept = max(1, len(order) // 5)
    mine, test = order[kept:][member::members], order[:kept]
    return (features[mine], labels[mine]), (features[test], labels[test])


def read():
    """All rows of the file that STARLING_DATA names, or else columns.json."""
    path = os.environ.get("STARLING_DATA") or str(HERE / COLUMNS["file"])
    features, labels = [], []
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as text:
        lines = csv.reader(text)
        if COLUMNS["header"]:
            next(lines)
        for line in lines:
            if line:
                features.append(sum((numbers(line, each) for each in COLUMNS["features"]), []))
                labels.append(CLASSES.index(line[COLUMNS["label"]].strip()))
    return numpy.array(features, "f4"), numpy.array(labels)


def numbers(line, column):
    """What a column gives the model: numbers on one scale, and for a text 1 in its place and 0 in all others."""
    text = line[column["column"]].strip()
    if "values" in column:
        return [float(text == value) for value in column["values"]]
    try:
        value = (float(text) - column["mean"]) / column["deviation"]
    except ValueError:
        value = math.nan
    return [value if math.isfinite(value) else 0.0]  # Where there is none, the mean.
