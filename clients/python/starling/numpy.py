"""Takes part in a swarm with any framework, through a get and a set of weights as NumPy arrays."""

import logging
import math
import os
import sys
import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional

import numpy

from starling import safetensors
from starling.errors import ParameterError, RefusedError, SessionError, WeightsError
from starling.initial import InitialWeights
from starling.parameters import NAMES, SwarmParameters, named
from starling.schema import BF16, Array, Model, schema_hash, schema_of
from starling.session import MODEL_VARIABLE, SCORE_VARIABLE, Assignment, Session, write_score

#: What every callback takes.
SHARED_PARAMETERS = [*SwarmParameters._fields, "ads_val_data", "ads_val_batch_size"]


class Measured(NamedTuple):
    """What a program measured: the mean loss a row, a metric such as the accuracy, over how many rows, and the area under the ROC curve."""

    loss: float = math.nan
    metric: float = math.nan
    examples: int = 0
    auc: float = math.nan


#: Measuring takes at most one part in so many of a program's time, and is done at every sync where it takes less than the seconds.
MEASURED_PART, FREE_SECONDS = 10, 0.01

Get = Callable[[], Model]
Set = Callable[[Model], None]
Evaluate = Callable[[], Measured]


class SwarmSession:
    """Merges a program's weights with its peers', every ``syncFrequency`` batches. It joins the contract when it is made.

    ``get`` returns the weights by name; ``set`` puts merged ones, of the same names, types and shapes, in their place, and must copy what it keeps.
    Floats are exchanged: float16, float32, bfloat16 (as ``starling.schema.BF16``), and float64 as float32. Integers never leave the program.
    ``evaluate``, if there is one, measures the weights that ``set`` put last, or those that were trained since. Where that takes long it is not done at every
    sync, unless the interval follows the loss; the final weights are always measured.
    """

    def __init__(
        self, get: Get, set: Set, evaluate: Optional[Evaluate] = None, **parameters: Any
    ) -> None:
        given = named(parameters, list(SwarmParameters._fields))
        self.parameters = SwarmParameters.of(given)
        self._get, self._set, self._evaluate = get, set, evaluate
        if self.parameters.use_adaptive_sync and evaluate is None:
            raise ParameterError(
                "useAdaptiveSync needs the loss of rows that are not trained with: give adsValData, or evaluate."
            )
        self.logger = self.parameters.logger or _logger()
        self._assignment: Optional[Assignment] = None
        self._merged: Dict[str, Array] = {}
        self._initial: InitialWeights
        self._steps = 0
        self._measuring = True
        self._measured_at = self._measuring_seconds = 0.0
        self._began = False
        self._closed = False
        #: Whether training has ended for all: further batches change nothing of the final model.
        self.stop_training = False
        #: Epochs that have ended.
        self.epochs = 0
        #: Merges that this program has taken over.
        self.merges = 0
        #: The contract, this program's place among its members, from 0, and how many there are.
        self.contract, self.member, self.members = "", 0, 1
        self._hash = ""
        self._session = self._join()

    def _join(self) -> Optional[Session]:
        model = self._weights()
        self._hash = schema_hash(schema_of(model))
        if Session.is_loopback():
            self.logger.info("loopback: there is no node, and nothing is exchanged")
            self.member, self.members = Session.loopback_place()
            if os.environ.get(MODEL_VARIABLE):
                with open(os.environ[MODEL_VARIABLE], "wb") as file:
                    safetensors.write(file, model)
                raise SystemExit(0)
            return None
        session = Session.of_environment()
        try:
            opened = session.open(model, sys.argv[0] or "python")
            self.parameters.check(opened)
        except BaseException:
            session.close()
            raise
        self.contract, self.member, self.members = opened.contract, opened.member, opened.members
        self.logger.info(
            "joined %s as member %d of %d", self.contract, self.member + 1, self.members
        )
        self._merged = {each.name: numpy.empty(each.shape, each.dtype) for each in schema_of(model)}
        return session

    def on_train_begin(self) -> None:
        """Starts all members from their merged initial weights, or from the last merged ones if training goes on already."""
        if self._began:
            raise SessionError("Training has begun already; make a callback for each training.")
        self._began = True
        if self._session is None:
            return
        self._initial = InitialWeights(self._weights())
        self._take(self._next(0))

    def on_batch_end(self, *_: Any, **__: Any) -> None:
        """Counts a batch; every ``syncFrequency``-th one merges."""
        self._must_be_open("on_batch_end")
        if self.stop_training:
            return
        self._steps += 1
        interval = self._assignment.batches if self._assignment else self.parameters.sync_frequency
        if self._steps < interval:
            return
        self._steps = 0
        if self._session is None:
            self._weights()
            return
        assert self._assignment is not None
        self._begin_sync()
        self._hand_over(self._assignment, self._measure(), None)
        self._take(self._next(self._assignment.number))

    def on_epoch_end(self, *_: Any, **__: Any) -> None:
        """Counts an epoch."""
        self._must_be_open("on_epoch_end")
        self.epochs += 1
        of = f" of {self.parameters.total_epochs}" if self.parameters.total_epochs else ""
        self.logger.info("epoch %d%s, %d merges", self.epochs, of, self.merges)

    def on_train_end(self, *_: Any, **__: Any) -> None:
        """Hands the last weights over, lets the node go on with them as ``checkinModelOnTrainEnd`` says, and returns with the final model loaded."""
        self._must_be_open("on_train_end")
        self._closed = True
        if self._session is None:
            self._weights()
            self._write_score()
            return
        assert self._assignment is not None
        current = self._assignment
        if not current.last:
            if self.merges < 2:
                self.logger.warning("training ended before a merge came in its middle")
            self._begin_sync()
            self._hand_over(current, self._measure(), self.parameters.checkin_model_on_train_end)
            while not current.last:
                self._take(self._next(current.number))
                current = self._assignment
                # What was handed over was not taken; the merged weights are, instead.
                if not current.last:
                    self._hand_over(current, Measured(), self.parameters.checkin_model_on_train_end)
        elif current.has_base:
            self._set(self._merged)
        self._tell(lambda session: session.finished(current.number))
        self._session.close()
        self._initial.close()
        self.logger.info("training has ended after %d rounds", current.round - 1)

    def _write_score(self) -> None:
        if self._evaluate is not None and os.environ.get(SCORE_VARIABLE):
            measured = self._evaluate()
            write_score(*measured)

    def _must_be_open(self, call: str) -> None:
        if not self._began:
            raise SessionError(f"Call on_train_begin before {call}.")
        if self._closed:
            raise SessionError(
                f"{call} was called after on_train_end, which closed the session; make a callback for each training."
            )

    def _weights(self) -> Model:
        model: Dict[str, Array] = {}
        for name, array in self._get().items():
            if array.dtype.kind in "iub" and array.dtype != BF16:
                continue
            narrow = (
                array.astype("<f4") if array.dtype.kind == "f" and array.itemsize == 8 else array
            )
            if narrow.dtype.kind == "f" and not numpy.isfinite(narrow).all():
                raise WeightsError(
                    f"'{name}' holds a value that is not finite: training diverged; lower the learning rate, or clip gradients."
                )
            model[name] = narrow
        if not model:
            raise WeightsError("There are no weights to exchange; exchange must match some.")
        found = schema_hash(schema_of(model))
        if self._hash not in ("", found):
            raise WeightsError(
                f"The weights have other names, types or shapes than when training began ({self._difference(model)}); keep them as they are while training goes on."
            )
        return model

    def _difference(self, model: Model) -> str:
        for spec in schema_of(model):
            before = self._merged.get(spec.name)
            if before is None or before.shape != spec.shape or before.dtype != spec.dtype:
                return f"'{spec.name}' is {spec.element} of shape {spec.shape}"
        return "some are missing"

    def _begin_sync(self) -> None:
        pause = time.monotonic() - self._measured_at
        cost = self._measuring_seconds
        self._measuring = (
            self.parameters.use_adaptive_sync
            or cost < FREE_SECONDS
            or pause >= (MEASURED_PART - 1) * cost
        )
        if self._measuring:
            self._measuring_seconds = 0.0

    def _measure(self, always: bool = False) -> Measured:
        if self._evaluate is None or not (always or self._measuring):
            return Measured()
        began = time.monotonic()
        measured = self._evaluate()
        self._measured_at = time.monotonic()
        self._measuring_seconds += self._measured_at - began
        return measured

    def _next(self, after: int) -> Assignment:
        assert self._session is not None
        while True:
            assignment = self._session.next(after)
            if assignment is not None:
                return assignment

    def _hand_over(
        self, assignment: Assignment, measured: Measured, check_in: Optional[str]
    ) -> None:
        assert self._session is not None
        model = self._weights()
        if measured.examples:
            self._report(assignment.number, "local", measured)
        try:
            self._session.update(
                assignment.number,
                model,
                self.parameters.node_weightage,
                measured.loss,
                measured.metric,
                check_in,
            )
        except RefusedError as refused:
            if refused.status != 409 or self._is_current(assignment):
                reason = str(refused)
                self._tell(lambda session: session.failed(assignment.number, reason))
                raise
            # The round went on without this update; the next assignment has what was merged.
            self.logger.warning("round %d went on without this program's weights", assignment.round)

    def _is_current(self, assignment: Assignment) -> bool:
        assert self._session is not None
        current = self._session.next(assignment.number - 1)
        return current is not None and current.number == assignment.number

    def _take(self, assignment: Assignment) -> None:
        self._steps = 0
        while assignment.has_base or not assignment.last:
            if not assignment.has_base:
                self._begin(assignment)
            elif self._read_base(assignment):
                break
            assignment = self._next(assignment.number)
        self._assignment = assignment
        self.stop_training = assignment.last
        if not assignment.has_base:
            return
        self._set(self._merged)
        self.merges += 1
        measured = self._measure(assignment.last)
        if measured.examples:
            self._report(assignment.number, "final" if assignment.last else "merged", measured)

    def _begin(self, assignment: Assignment) -> None:
        """Hands the initial weights over, which were trained since if an admin has the contract begin anew."""
        if self.merges:
            self._initial.read_into(self._merged)
            self._set(self._merged)
        self._hand_over(assignment, Measured(), None)

    def _read_base(self, assignment: Assignment) -> bool:
        assert self._session is not None
        try:
            self._session.read_base(assignment.number, self._merged)
            return True
        except RefusedError as refused:
            if refused.status not in (404, 409) or self._is_current(assignment):
                raise
            return False

    def _report(self, number: int, subject: str, measured: Measured) -> None:
        self.logger.info("%s: loss %.4f, metric %.4f", subject, measured.loss, measured.metric)
        self._tell(lambda session: session.measured(number, subject, *measured))

    def _tell(self, say: Callable[[Session], None]) -> None:
        assert self._session is not None
        try:
            say(self._session)
        except RefusedError as refused:
            if refused.status != 409:
                raise
            # There is another assignment by now, which will be asked for.


class SwarmCallback:
    """What the callbacks of all frameworks have: the session's calls, and its state."""

    def __init__(self, session: SwarmSession) -> None:
        self.swarm = session

    @property
    def stop_training(self) -> bool:
        """Whether training has ended for all, so that a loop may be left early."""
        return self.swarm.stop_training

    @property
    def member(self) -> int:
        """This program's place among the contract's members, from 0; 0 without a node."""
        return self.swarm.member

    @property
    def members(self) -> int:
        """How many members the contract has; 1 without a node."""
        return self.swarm.members

    @property
    def logger(self) -> logging.Logger:
        """Where it tells what happens."""
        return self.swarm.logger

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """Call it before the first batch."""
        self.swarm.on_train_begin()

    def on_batch_end(self, *_: Any, **__: Any) -> None:
        """Call it after each batch."""
        self.swarm.on_batch_end()

    def on_epoch_end(self, *_: Any, **__: Any) -> None:
        """Call it after each epoch."""
        self.swarm.on_epoch_end()

    def on_train_end(self, *_: Any, **__: Any) -> None:
        """Call it after the last batch."""
        self.swarm.on_train_end()


def finite_loss(loss: float) -> float:
    """A loss that was measured; WeightsError if it is none."""
    if not math.isfinite(loss):
        raise WeightsError(
            f"lossFunction measured {loss} on adsValData: training diverged, or a row holds such a value; lower the learning rate, clip gradients, or look at the rows."
        )
    return loss


def shared(given: Dict[str, Any]) -> Dict[str, Any]:
    """Takes the parameters that every session has out of a callback's own."""
    return {name: given.pop(name) for name in SwarmParameters._fields if name in given}


def chosen(names: List[str], patterns: Any) -> List[str]:
    """The names that one of the patterns matches, such as ``head.*``; all of them if there are no patterns.

    Raises ParameterError for a pattern that matches nothing.
    """
    import fnmatch

    if patterns is None:
        return names
    if isinstance(patterns, str) or not all(isinstance(each, str) for each in patterns):
        raise ParameterError("exchange must be a list of patterns of names, such as ['head.*'].")
    for pattern in patterns:
        if not any(fnmatch.fnmatchcase(name, pattern) for name in names):
            raise ParameterError(
                f"exchange has '{pattern}', which matches none of {', '.join(names[:8])}{', ...' if len(names) > 8 else ''}."
            )
    return [
        name for name in names if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    ]


def _logger() -> logging.Logger:
    logger = logging.getLogger("starling")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger
