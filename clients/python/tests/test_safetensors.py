"""The vectors that C# passes too, and what they cannot say."""

import io
import json
import pathlib
import unittest
from typing import Any, BinaryIO, Dict, cast

import numpy

from starling import ModelFileError, safetensors
from starling.schema import TensorSpec, schema_hash, schema_of

VECTORS = pathlib.Path(__file__).parents[3] / "spec" / "vectors" / "safetensors.json"


def read(file: bytes) -> Dict[str, Any]:
    return dict(safetensors.read(cast(safetensors.ByteReader, io.BytesIO(file)), len(file)))


class SafetensorsVectors(unittest.TestCase):
    """Red if this package and the node know a model by different hashes or bytes."""

    def setUp(self) -> None:
        self.vectors = json.loads(VECTORS.read_text("utf-8"))

    def test_each_case_has_its_hash_and_its_one_file(self) -> None:
        for case in self.vectors["cases"]:
            with self.subTest(case["name"]):
                file = bytes.fromhex(case["file"])
                model = read(file)
                specs = [
                    TensorSpec(each["name"], each["dtype"], tuple(each["shape"]))
                    for each in case["tensors"]
                ]
                self.assertEqual(specs, schema_of(model))
                self.assertEqual(case["schema"], schema_hash(specs))
                written = io.BytesIO()
                safetensors.write(cast(BinaryIO, written), model)
                self.assertEqual(file, written.getvalue())
                self.assertEqual(len(file), safetensors.file_length(specs))

    def test_each_bad_file_is_refused(self) -> None:
        for case in self.vectors["refused"]:
            with self.subTest(case["name"]), self.assertRaises(ModelFileError):
                read(bytes.fromhex(case["file"]))


class SafetensorsTests(unittest.TestCase):
    def test_every_file_that_is_cut_is_refused(self) -> None:
        """Red if a stream that ends early leaves an array half filled without a word."""
        written = io.BytesIO()
        safetensors.write(written, {"a": numpy.arange(3, dtype="<f4"), "b": numpy.ones(2, "u1")})
        file = written.getvalue()
        for length in range(len(file)):
            with self.subTest(length), self.assertRaises(ModelFileError):
                safetensors.read(io.BytesIO(file[:length]), len(file))

    def test_arrays_are_filled_where_they_are(self) -> None:
        """Red if reading makes a second copy of a model."""
        written = io.BytesIO()
        safetensors.write(written, {"a": numpy.arange(3, dtype="<f4")})
        place = numpy.zeros(3, "<f4")
        written.seek(0)
        safetensors.read_into(written, len(written.getvalue()), {"a": place})
        self.assertEqual([0, 1, 2], place.tolist())
        written.seek(0)
        with self.assertRaisesRegex(ModelFileError, "other tensors"):
            safetensors.read_into(
                written, len(written.getvalue()), {"a": numpy.zeros((3, 1), "<f4")}
            )

    def test_pieces_are_the_arrays_own_memory(self) -> None:
        """Red if writing makes a second copy of a contiguous model."""
        array = numpy.zeros(4, "<f4")
        body = list(safetensors.pieces({"a": array}))[1]
        array[0] = 1
        self.assertEqual(array.tobytes(), bytes(body))

    def test_what_no_file_holds_is_refused_by_name(self) -> None:
        for model in ({"x": numpy.zeros(1, "c8")}, {"x" * 257: numpy.zeros(1, "<f4")}):
            with self.assertRaisesRegex(ModelFileError, "x"):
                schema_of(model)
