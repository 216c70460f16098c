"""A callback for PyTorch. Merged weights are loaded in place: device, type and requires_grad stay as they are."""

import math
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, cast

import numpy
import torch

from starling import numpy as swarm
from starling.errors import ParameterError, WeightsError
from starling.parameters import named
from starling.schema import Array, Model, schema_hash, schema_of
from starling.torch_optimizer import PREFIX, OptimizerState
from starling.torch_tensors import array_of, tensor_of

_FLOATS = (torch.float16, torch.float32, torch.float64, torch.bfloat16)
_OWN = ["model", "loss_function", "loss_function_args", "metric_function", "metric_function_args"]
_KNOWN = [*swarm.SHARED_PARAMETERS, *_OWN, "optimizer", "optimizer_state", "exchange"]


class SwarmCallback(swarm.SwarmCallback):
    """Merges a ``torch.nn.Module`` with its peers'.

    Parameters, in camel case or snake case: those of ``starling.numpy.SwarmSession``, and ``model``; ``adsValData``, an iterable of (inputs, targets) such as a
    DataLoader, measured by cross-entropy and accuracy where the targets are classes and nothing else is said; ``lossFunction``, a function or a name in
    torch.nn with ``lossFunctionArgs``; ``metricFunction``, a function of (outputs, targets) or a name in torchmetrics with ``metricFunctionArgs``;
    ``optimizer`` and ``optimizerState``, which is ``keep``, ``reset`` or ``merge`` at each merge; ``exchange``, patterns of the names that
    leave this program, all if it is left out.
    """

    def __init__(self, **parameters: Any) -> None:
        given = named(parameters, _KNOWN)
        session = swarm.shared(given)
        model = given.get("model")
        if not isinstance(model, torch.nn.Module):
            raise ParameterError(f"model must be a torch.nn.Module, not {type(model).__name__}.")
        size = given.get("ads_val_batch_size")
        if size is not None and size != getattr(given.get("ads_val_data"), "batch_size", None):
            raise ParameterError(
                f"adsValBatchSize is {size}, and the batches of adsValData are the DataLoader's own; give it with batches of that size."
            )
        self.model = model
        choice, optimizer = _optimizer(given)
        self._reset = optimizer if choice == "reset" else None
        self._weights = TorchWeights(
            model, given.get("exchange"), optimizer if choice == "merge" else None
        )
        evaluation = _evaluation(model, given)
        super().__init__(swarm.SwarmSession(self._weights.get, self._load, evaluation, **session))

    def _load(self, merged: Model) -> None:
        self._weights.set(merged)
        if self._reset is not None:
            self._reset.state.clear()


class TorchWeights:
    """The tensors of a module that are exchanged: floats, each once however many names it has. Batch-norm averages are among them; counters are not.

    With an optimiser also its state of those parameters.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        exchange: Optional[Iterable[str]] = None,
        optimizer: Optional[torch.optim.Optimizer] = None,
    ) -> None:
        self._model = model
        self._names = swarm.chosen(_distinct(model), exchange)
        self._optimizer: Optional[OptimizerState] = None
        if optimizer is not None:
            parameters = dict(model.named_parameters())
            chosen = {name: parameters[name] for name in self._names if name in parameters}
            self._optimizer = OptimizerState(optimizer, chosen)

    def get(self) -> Model:
        """The weights as arrays, which share the module's memory where it is the processor's."""
        state = self._model.state_dict()
        weights = {name: array_of(state[name]) for name in self._names}
        return {**weights, **(self._optimizer.get() if self._optimizer else {})}

    def set(self, merged: Model) -> None:
        """Copies weights into the module's own memory."""
        state = self._model.state_dict()
        with torch.no_grad():
            for name in self._names:
                state[name].copy_(tensor_of(merged[name], state[name]))
        if self._optimizer:
            self._optimizer.set(merged)


def save(
    model: torch.nn.Module,
    path: str,
    exchange: Optional[Iterable[str]] = None,
    optimizer: Optional[torch.optim.Optimizer] = None,
) -> str:
    """Writes what a module exchanges as a safetensors file, from which a contract is made, and returns its schema's hash.

    Where ``optimizerState`` is to be ``merge``, give the optimiser too.
    """
    from starling import safetensors

    weights = _narrow(TorchWeights(model, exchange, optimizer).get())
    with open(path, "wb") as file:
        safetensors.write(file, weights)
    return schema_hash(schema_of(weights))


def load(
    model: torch.nn.Module,
    path: str,
    exchange: Optional[Iterable[str]] = None,
    optimizer: Optional[torch.optim.Optimizer] = None,
) -> None:
    """Reads a merged model's safetensors file into a module, in place, and with an optimiser its state, which the file must then have."""
    import os

    from starling import safetensors

    with open(path, "rb") as file:
        read = safetensors.read(cast(safetensors.ByteReader, file), os.path.getsize(path))
    put(model, read, path, exchange, optimizer)


def put(
    model: torch.nn.Module,
    read: Model,
    source: str,
    exchange: Optional[Iterable[str]] = None,
    optimizer: Optional[torch.optim.Optimizer] = None,
) -> None:
    """Copies a merged model into a module, in place, and the optimiser's state if one is given. Raises WeightsError, which names the source, if the module is of another architecture; it is then as it was."""
    weights = TorchWeights(model, exchange, optimizer)
    if optimizer is None:
        read = {name: array for name, array in read.items() if not name.startswith(PREFIX)}
    if schema_of(read) != schema_of(_narrow(weights.get())):
        raise WeightsError(
            f"{source} has other tensors than the module; load it into one of the same architecture."
        )
    weights.set(read)


def _narrow(model: Model) -> Dict[str, Array]:
    return {
        name: array.astype("<f4") if array.dtype == numpy.float64 else array
        for name, array in model.items()
    }


def _distinct(model: torch.nn.Module) -> List[str]:
    seen: Dict[Tuple[Any, ...], str] = {}
    for name, tensor in model.state_dict().items():
        if not isinstance(tensor, torch.Tensor) or not (
            tensor.is_floating_point() or tensor.is_complex()
        ):
            continue
        if tensor.dtype not in _FLOATS:
            raise WeightsError(
                f"'{name}' is of type {tensor.dtype}, which cannot be merged; keep it out by exchange."
            )
        place: Tuple[Any, ...] = (name,)
        if tensor.numel():
            place = (tensor.device, tensor.data_ptr(), tensor.dtype, tensor.shape, tensor.stride())
        seen.setdefault(place, name)
    return list(seen.values())


def _optimizer(given: Dict[str, Any]) -> Tuple[str, Optional[torch.optim.Optimizer]]:
    """What becomes of the optimiser's state at each merge, and the optimiser."""
    choice, optimizer = given.get("optimizer_state", "keep"), given.get("optimizer")
    if choice not in ("keep", "reset", "merge"):
        raise ParameterError(f"optimizerState must be keep, reset or merge, not {choice!r}.")
    if optimizer is not None and not isinstance(optimizer, torch.optim.Optimizer):
        raise ParameterError(
            f"optimizer must be a torch.optim.Optimizer, not {type(optimizer).__name__}."
        )
    if choice != "keep" and optimizer is None:
        raise ParameterError(f"optimizerState is {choice}, so optimizer must be given.")
    return choice, optimizer


def _evaluation(model: torch.nn.Module, given: Dict[str, Any]) -> Optional[swarm.Evaluate]:
    data = given.get("ads_val_data")
    loss = _function(given, "loss_function", "lossFunction", torch.nn)
    metric = _function(given, "metric_function", "metricFunction", _torchmetrics(given))
    if data is None:
        return None
    if not hasattr(data, "__iter__") or hasattr(data, "__next__"):
        raise ParameterError(
            "adsValData must give (inputs, targets) each time it is gone through, as a torch DataLoader does."
        )
    rows = cast(Iterable[Any], data)
    return lambda: _measure(model, rows, loss, metric)


def _torchmetrics(given: Dict[str, Any]) -> Any:
    if not isinstance(given.get("metric_function"), str):
        return None
    try:
        import torchmetrics
    except ImportError:
        raise ParameterError(
            f"metricFunction '{given['metric_function']}' is a name in torchmetrics, which is not installed; install it, or give a function of (outputs, targets)."
        ) from None
    return torchmetrics


def _function(given: Dict[str, Any], name: str, spoken: str, module: Any) -> Optional[Any]:
    value, arguments = given.get(name), given.get(name + "_args")
    if isinstance(value, str):
        made = getattr(module, value, None)
        if not callable(made):
            raise ParameterError(f"{spoken} '{value}' is no name in {module.__name__}.")
        return made(**(arguments or {}))
    if arguments is not None:
        raise ParameterError(
            f"{spoken}Args needs {spoken} to be a name; give a function with its arguments set instead."
        )
    if value is not None and not callable(value):
        raise ParameterError(f"{spoken} must be a function or a name, not {value!r}.")
    return value


def _are_classes(outputs: Any, targets: torch.Tensor) -> bool:
    return (
        isinstance(outputs, torch.Tensor)
        and outputs.dim() == 2
        and outputs.shape[1] > 1
        and targets.dim() == 1
        and targets.dtype == torch.int64
    )


def _accuracy(outputs: torch.Tensor, targets: torch.Tensor) -> float:
    return float((outputs.argmax(1) == targets).float().mean())


def _measure(
    model: torch.nn.Module,
    data: Iterable[Any],
    loss: Optional[Callable[..., Any]],
    metric: Optional[Any],
) -> swarm.Measured:
    """The mean loss and metric a row. A loss that sums over a batch, by its ``reduction``, is told from one that means."""
    device = next((each.device for each in model.parameters()), torch.device("cpu"))
    sums = getattr(loss, "reduction", "mean") == "sum"
    kept = hasattr(metric, "update") and hasattr(metric, "compute")
    if kept:
        cast(Any, metric).reset()
    total_loss = total_metric = 0.0
    rows = 0
    training = [each for each in model.modules() if each.training]
    model.eval()
    try:
        with torch.no_grad():
            for inputs, targets in data:
                inputs, targets = inputs.to(device), targets.to(device)
                outputs, count = model(inputs), len(targets)
                rows += count
                if loss is None and metric is None and _are_classes(outputs, targets):
                    loss, metric = torch.nn.functional.cross_entropy, _accuracy
                if loss is not None:
                    total_loss += float(loss(outputs, targets)) * (1 if sums else count)
                if kept:
                    cast(Any, metric).update(outputs.cpu(), targets.cpu())
                elif metric is not None:
                    total_metric += float(metric(outputs, targets)) * count
    finally:
        for each in training:  # Each on its own: a frozen part may have been in evaluation before.
            each.training = True
    if rows == 0:
        raise ParameterError("adsValData has no rows.")
    measured_metric = float(cast(Any, metric).compute()) if kept else total_metric / rows
    return swarm.Measured(
        swarm.finite_loss(total_loss / rows) if loss is not None else math.nan,
        measured_metric if metric is not None else math.nan,
        rows,
    )
