"""A callback for the estimators of scikit-learn that have partial_fit and weights."""

import math
from typing import Any, Dict, List, Optional, Tuple, cast

import numpy
from sklearn.metrics import log_loss, roc_auc_score

from starling import numpy as swarm
from starling.errors import ParameterError, WeightsError
from starling.parameters import named
from starling.schema import Array, Model

_KNOWN = [*swarm.SHARED_PARAMETERS, "model", "loss_function", "metric_function", "exchange"]


class SwarmCallback(swarm.SwarmCallback):
    """Merges an estimator with its peers'.

    Parameters, in camel case or snake case: those of ``starling.numpy.SwarmSession``, and ``model``, an estimator whose partial_fit was called once, with all
    ``classes``; ``adsValData``, rows and their labels; ``lossFunction`` and ``metricFunction``, functions of (model, rows, labels), by default the log loss of
    classifiers that give probabilities and the estimator's ``score``; a classifier's area under the ROC curve is measured besides; ``exchange``, patterns of the names that leave this program.
    """

    def __init__(self, **parameters: Any) -> None:
        given = named(parameters, _KNOWN)
        session = swarm.shared(given)
        model = given.get("model")
        if not hasattr(model, "partial_fit"):
            raise ParameterError(
                f"model must be an estimator with partial_fit, such as SGDClassifier, not {type(model).__name__}."
            )
        if given.get("ads_val_batch_size") is not None:
            raise ParameterError(
                "adsValBatchSize has no meaning with scikit-learn, which measures all rows at once; leave it out."
            )
        self.model = model
        self._weights = SklearnWeights(model, given.get("exchange"))
        super().__init__(
            swarm.SwarmSession(
                self._weights.get, self._weights.set, _evaluation(model, given), **session
            )
        )


class SklearnWeights:
    """The weights of an estimator: ``coef_`` and ``intercept_``, or the layers of ``coefs_`` and ``intercepts_``."""

    def __init__(self, model: Any, exchange: Any = None) -> None:
        self._model = model
        if getattr(model, "average", False):
            raise WeightsError(
                "An estimator with average=True keeps two sets of weights, of which one would not be merged; make it with average=False."
            )
        self._names = swarm.chosen(list(self._arrays()), exchange)

    def get(self) -> Model:
        """The estimator's own arrays."""
        arrays = self._arrays()
        return {name: arrays[name] for name in self._names}

    def set(self, merged: Model) -> None:
        """Copies weights into them."""
        arrays = self._arrays()
        for name in self._names:
            arrays[name][...] = merged[name]

    def _arrays(self) -> Dict[str, Array]:
        found: Dict[str, Array] = {}
        for name in ("coef_", "intercept_"):
            if isinstance(getattr(self._model, name, None), numpy.ndarray):
                found[name] = getattr(self._model, name)
        for name in ("coefs_", "intercepts_"):
            layers = cast(List[Array], getattr(self._model, name, []))
            found.update({f"{name}.{place}": layer for place, layer in enumerate(layers)})
        if not found:
            raise WeightsError(
                f"The {type(self._model).__name__} has no weights: call partial_fit once, with classes, before the callback is made. "
                "Estimators without coef_ or coefs_ cannot be merged."
            )
        return found


def _evaluation(model: Any, given: Dict[str, Any]) -> Optional[swarm.Evaluate]:
    data, loss, metric = (
        given.get(name) for name in ("ads_val_data", "loss_function", "metric_function")
    )
    for name, function in (("lossFunction", loss), ("metricFunction", metric)):
        if function is not None and not callable(function):
            raise ParameterError(
                f"{name} must be a function of (model, rows, labels), not {function!r}."
            )
    if data is None:
        return None
    if not isinstance(data, tuple) or len(data) != 2 or len(data[0]) != len(data[1]):
        raise ParameterError("adsValData must be a pair: rows, and as many labels.")
    rows, labels = cast(Tuple[Any, Any], data)

    def measure() -> swarm.Measured:
        measured = float(metric(model, rows, labels) if metric else model.score(rows, labels))
        lost = loss(model, rows, labels) if loss else _log_loss(model, rows, labels)
        return swarm.Measured(
            math.nan if lost is None else swarm.finite_loss(float(lost)),
            measured,
            len(labels),
            _auc(model, rows, labels),
        )

    return measure


def _log_loss(model: Any, rows: Any, labels: Any) -> Optional[float]:
    if not hasattr(model, "predict_proba"):
        return None
    return float(log_loss(labels, model.predict_proba(rows), labels=model.classes_))


def _auc(model: Any, rows: Any, labels: Any) -> float:
    """The mean over the classes, each against the rest; NaN where it is not defined."""
    if not hasattr(model, "classes_") or len(numpy.unique(labels)) < 2:
        return math.nan
    score = getattr(model, "decision_function", None) or getattr(model, "predict_proba", None)
    if score is None:
        return math.nan
    scores = score(rows)
    if len(model.classes_) == 2:
        one = scores if scores.ndim == 1 else scores[:, 1]
        return float(roc_auc_score(numpy.asarray(labels) == model.classes_[1], one))
    given = numpy.asarray(labels)  # Of a pandas Series, 'in' asks the index.
    areas = [
        roc_auc_score(given == label, scores[:, place])
        for place, label in enumerate(model.classes_)
        if label in given
    ]
    return float(numpy.mean(areas))
