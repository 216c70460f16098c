"""The callback for scikit-learn, with the real one."""

import io
import logging
from typing import Any, Dict, List, cast

import numpy
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier

import starling
from starling import safetensors
from starling.schema import Model
from starling.sklearn import SklearnWeights, SwarmCallback
from tests.node import SessionCase, Swarm

QUIET = logging.getLogger("quiet")
ROWS = numpy.array([[0.0, 1], [1, 0], [0, 2], [2, 0]])
LABELS = numpy.array([0, 1, 0, 1])


def fitted(model: Any) -> Any:
    return model.partial_fit(ROWS, LABELS, classes=[0, 1])


def parameters(model: Any, **more: Any) -> Dict[str, Any]:
    return {"sync_frequency": 1, "min_peers": 2, "model": model, "logger": QUIET, **more}


class Series:
    """Labels as pandas has them: what is asked by ``in`` is the index."""

    def __init__(self, *labels: str) -> None:
        self.labels = labels

    def __len__(self) -> int:
        return len(self.labels)

    def __array__(self, *_: Any, **__: Any) -> Any:
        return numpy.array(self.labels)

    def __contains__(self, key: Any) -> bool:
        return key in range(len(self.labels))


def arrays_of(file: bytes) -> Model:
    return safetensors.read(cast(safetensors.ByteReader, io.BytesIO(file)), len(file))


class SklearnTests(SessionCase):
    def assert_same(self, expected: Model, actual: Model) -> None:
        self.assertEqual(sorted(expected), sorted(actual))
        for name, array in expected.items():
            numpy.testing.assert_array_equal(array, numpy.asarray(actual[name], array.dtype))

    def test_estimators_train_and_merge_in_place(self) -> None:
        """Red if the weights that partial_fit goes on from, or that are left in the end, are others than the merged ones."""
        for model in (SGDClassifier(random_state=1), MLPClassifier((4,), random_state=1)):
            with self.subTest(type(model).__name__):
                swarm = Swarm(rounds=3, interval=1)
                self.start(swarm)
                merges: List[Model] = []

                def merge(body: bytes) -> None:
                    merges.append({name: each + 1 for name, each in arrays_of(body).items()})
                    written = io.BytesIO()
                    safetensors.write(written, merges[-1])
                    Swarm.merge(swarm, written.getvalue())

                setattr(swarm, "merge", merge)
                callback = SwarmCallback(
                    **parameters(
                        fitted(model), adsValData=(ROWS, LABELS), lossFunction=lambda *_: 0.5
                    )
                )
                callback.on_train_begin()
                for merged in range(1, 3):
                    self.assert_same(merges[-1], SklearnWeights(model).get())
                    model.partial_fit(ROWS, LABELS)
                    callback.on_batch_end()
                    self.assertEqual(merged + 1, len(merges))
                callback.on_train_end()
                self.assert_same(merges[-1], SklearnWeights(model).get())
                self.assertEqual([], swarm.failures)
                self.assertEqual("final", swarm.measured[-1]["subject"])
                self.assertEqual(model.score(ROWS, LABELS), swarm.measured[-1]["accuracy"])

    def test_merged_weights_are_what_it_predicts_with(self) -> None:
        self.start(Swarm(rounds=1, interval=1))
        model = fitted(SGDClassifier(random_state=1))
        callback = SwarmCallback(**parameters(model))
        callback.swarm._set(
            {"coef_": numpy.array([[-9, 9]], "<f4"), "intercept_": numpy.zeros(1, "<f4")}
        )
        self.assertEqual([1, 0], model.predict([[0, 1], [1, 0]]).tolist())

    def test_the_area_is_that_of_the_labels_whatever_holds_them(self) -> None:
        """Red if a class counts as absent because no row's index is its name."""
        labels = Series("a", "b", "a", "c")
        swarm = Swarm(rounds=1, interval=1)
        self.start(swarm)
        model = SGDClassifier(random_state=1).partial_fit(
            ROWS, numpy.array(labels.labels), classes=["a", "b", "c", "d"]
        )
        callback = SwarmCallback(
            **parameters(
                model,
                adsValData=(ROWS, labels),
                lossFunction=lambda *_: 0.5,
                metricFunction=lambda *_: 0.5,
            )
        )
        callback.on_train_begin()
        self.assertGreater(swarm.measured[-1]["auc"], 0)

    def test_estimators_without_weights_are_refused(self) -> None:
        self.start(Swarm(rounds=1, interval=1))
        for words, model in (
            ("has no weights: call partial_fit once", SGDClassifier()),
            ("has no weights", fitted(GaussianNB())),
            ("average=False", fitted(SGDClassifier(average=True))),
            ("model must be an estimator with partial_fit", 3),
        ):
            with self.subTest(words), self.assertRaisesRegex(starling.SwarmError, words):
                SwarmCallback(**parameters(model))
