"""The state of an optimiser as tensors that are merged beside the weights, such as momentum and Adam's averages."""

import copy
from collections import defaultdict
from typing import Any, Dict, List, NamedTuple, Tuple, cast

import torch

from starling.errors import ParameterError
from starling.schema import Array, Model
from starling.torch_tensors import array_of, tensor_of

#: What the names of these tensors begin with: PREFIX, the parameter's name, a slash, and the optimiser's name of the state.
PREFIX = "optimizer/"

_SHAPE = (2, 3)


class _Slot(NamedTuple):
    """The state of one parameter: its tensors by name, as they are before the first step, and the rest, which stays local."""

    parameter: torch.nn.Parameter
    begins: Dict[str, torch.Tensor]
    local: Dict[str, Any]


class OptimizerState:
    """What an optimiser keeps for each parameter that is exchanged, in tensors of the parameter's own shape.

    Which there are is the same on every member, whatever it has trained: a state that does not exist yet counts as one that saw no gradient, which is zeros.
    Counters of steps, and whatever has another shape, stay local. Raises ParameterError if there is nothing to merge.
    """

    def __init__(
        self, optimizer: torch.optim.Optimizer, parameters: Dict[str, torch.nn.Parameter]
    ) -> None:
        self._optimizer = optimizer
        names = {id(parameter): name for name, parameter in parameters.items()}
        self._slots: Dict[str, _Slot] = {}
        probes: Dict[Tuple[Any, ...], Dict[str, Any]] = {}
        for place, group in enumerate(optimizer.param_groups):
            for parameter in group["params"]:
                if id(parameter) not in names:
                    continue
                kind = (place, parameter.dtype, parameter.device)
                if kind not in probes:
                    probes[kind] = _untrained(optimizer, group, parameter)
                self._slots[names[id(parameter)]] = _slot(parameter, probes[kind])
        if not any(slot.begins for slot in self._slots.values()):
            raise ParameterError(
                f"optimizerState is merge, and this {type(optimizer).__name__} keeps no state of the parameters that are exchanged; give keep, or leave it out."
            )

    def get(self) -> Model:
        """The state as arrays, which share the optimiser's memory where it has any."""
        found: Dict[str, Array] = {}
        for name, slot in self._slots.items():
            state = self._optimizer.state.get(slot.parameter, {})
            for key, begins in slot.begins.items():
                tensor = state.get(key)
                found[f"{PREFIX}{name}/{key}"] = array_of(begins if tensor is None else tensor)
        return found

    def set(self, merged: Model) -> None:
        """Copies merged state into the optimiser's own memory. A parameter that has no state yet gets it, unless no member has any."""
        with torch.no_grad():
            for name, slot in self._slots.items():
                given = {
                    key: tensor_of(merged[f"{PREFIX}{name}/{key}"], begins)
                    for key, begins in slot.begins.items()
                }
                if not self._optimizer.state.get(slot.parameter):
                    if all(_same(given[key], begins) for key, begins in slot.begins.items()):
                        continue
                    self._optimizer.state[slot.parameter] = copy.deepcopy(slot.local)
                state = self._optimizer.state[slot.parameter]
                for key, begins in slot.begins.items():
                    if state.get(key) is None:
                        state[key] = torch.empty_like(slot.parameter, dtype=begins.dtype)
                    state[key].copy_(given[key])


def _same(given: torch.Tensor, begins: torch.Tensor) -> bool:
    return bool((given == begins.to(device=given.device, dtype=given.dtype)).all())


def _slot(parameter: torch.nn.Parameter, probe: Dict[str, Any]) -> _Slot:
    begins: Dict[str, torch.Tensor] = {}
    for key, value in probe.items():
        if not isinstance(value, torch.Tensor) or value.numel() == 1:
            continue
        if value.shape != _SHAPE or not value.is_floating_point():
            raise ParameterError(
                f"optimizerState cannot be merge: the optimiser keeps '{key}' in another form than its parameter's; give keep or reset."
            )
        begins[key] = value.flatten()[0].expand(parameter.shape)
    local = {key: value for key, value in probe.items() if key not in begins}
    return _Slot(parameter, begins, local)


def _untrained(
    optimizer: torch.optim.Optimizer, group: Dict[str, Any], like: torch.nn.Parameter
) -> Dict[str, Any]:
    """What the optimiser keeps for a parameter that has had one step without a gradient: asked of a copy of it, over a parameter of zeros."""
    probe = torch.nn.Parameter(torch.zeros(_SHAPE, dtype=like.dtype, device=like.device))
    probe.grad = torch.zeros_like(probe)
    twin = copy.copy(optimizer)  # Its state and groups are the original's until they are replaced.
    twin.param_groups = [{**group, "params": [probe]}]
    twin.state = defaultdict(dict)
    try:
        cast(Any, type(twin)).step(twin)
    except Exception as fault:  # It is anybody's code.
        begun = optimizer.state.get(like)
        if begun and isinstance(fault, KeyError):
            return _form(begun, like)  # It has state since it was made, as Adagrad has.
        raise ParameterError(
            f"optimizerState cannot be merge with {type(optimizer).__name__} ({type(fault).__name__}: {str(fault)[:200]}); give keep or reset."
        ) from fault
    return dict(twin.state[probe])


def _form(state: Dict[str, Any], like: torch.nn.Parameter) -> Dict[str, Any]:
    return {
        key: torch.zeros(_SHAPE, dtype=value.dtype, device=value.device)
        if key != "step" and isinstance(value, torch.Tensor) and value.shape == like.shape
        else value
        for key, value in state.items()
    }
