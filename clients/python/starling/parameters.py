"""The parameters of a callback, under the incumbent's names and in snake case, each checked or refused by name."""

import logging
from typing import Any, Dict, List, NamedTuple, Optional

from starling.errors import ParameterError
from starling.session import ContractTerms, Opened

CHECK_INS = ("inactive", "snapshot", "active")

#: The merge rules that contracts know, by the names that a program may give them.
MERGE_METHODS = ("mean", "coordmedian", "geomedian", "trimmedmean", "krum", "multikrum")

#: The names as the incumbent documents them, and the same in snake case. Each parameter may be given under either.
NAMES = {
    "syncFrequency": "sync_frequency",
    "minPeers": "min_peers",
    "trainingContract": "training_contract",
    "useAdaptiveSync": "use_adaptive_sync",
    "adsValData": "ads_val_data",
    "adsValBatchSize": "ads_val_batch_size",
    "checkinModelOnTrainEnd": "checkin_model_on_train_end",
    "nodeWeightage": "node_weightage",
    "mergeMethod": "merge_method",
    "totalEpochs": "total_epochs",
    "logger": "logger",
    "model": "model",
    "lossFunction": "loss_function",
    "lossFunctionArgs": "loss_function_args",
    "metricFunction": "metric_function",
    "metricFunctionArgs": "metric_function_args",
    "optimizer": "optimizer",
    "optimizerState": "optimizer_state",
    "exchange": "exchange",
}


class SwarmParameters(NamedTuple):
    """What all kinds of callbacks have. Use ``of`` to read it from a caller's parameters."""

    sync_frequency: int
    min_peers: int
    training_contract: Optional[str] = None
    use_adaptive_sync: bool = False
    checkin_model_on_train_end: str = "snapshot"
    node_weightage: int = 1
    merge_method: Optional[str] = None
    total_epochs: int = 0
    logger: Optional[logging.Logger] = None

    @staticmethod
    def of(given: Dict[str, Any]) -> "SwarmParameters":
        """Takes these parameters out of the others, and checks each.

        Raises ParameterError with the parameter's name.
        """
        for name in ("syncFrequency", "minPeers"):
            if NAMES[name] not in given:
                raise ParameterError(
                    f"{name} is missing; give a whole number above 0, the contract's."
                )
        contract = given.pop("training_contract", None)
        if contract is not None and not (isinstance(contract, str) and contract):
            raise ParameterError(
                f"trainingContract must be a contract's name, not {contract!r}; leave it out to take the task's."
            )
        check_in = given.pop("checkin_model_on_train_end", "snapshot")
        if check_in not in CHECK_INS:
            raise ParameterError(
                f"checkinModelOnTrainEnd must be one of {', '.join(CHECK_INS)}, not {check_in!r}."
            )
        logger = given.pop("logger", None)
        if logger is not None and not isinstance(logger, logging.Logger):
            raise ParameterError(f"logger must be a logging.Logger, not {type(logger).__name__}.")
        adaptive = given.pop("use_adaptive_sync", False)
        if not isinstance(adaptive, bool):
            raise ParameterError(f"useAdaptiveSync must be True or False, not {adaptive!r}.")
        return SwarmParameters(
            sync_frequency=_whole(given, "syncFrequency", 1, 1_000_000, None),
            min_peers=_whole(given, "minPeers", 1, 1024, None),
            training_contract=contract,
            use_adaptive_sync=adaptive,
            checkin_model_on_train_end=check_in,
            node_weightage=_whole(given, "nodeWeightage", 1, 1_000_000, 1),
            merge_method=_merge_method(given.pop("merge_method", None)),
            total_epochs=_whole(given, "totalEpochs", 0, 1_000_000_000, 0),
            logger=logger,
        )

    def check(self, opened: Opened) -> None:
        """Compares the parameters with what the contract fixes.

        Raises ParameterError with the name of the first that differs.
        """
        terms, contract = opened.terms, opened.contract
        if self.training_contract not in (None, contract):
            raise ParameterError(
                f"trainingContract is '{self.training_contract}', and this program's task trains '{contract}'; name that, or leave it out."
            )
        if self.sync_frequency != terms.sync_interval:
            raise ParameterError(
                f"syncFrequency is {self.sync_frequency}, and contract {contract} syncs every {terms.sync_interval} batches on all members; "
                f"give {terms.sync_interval}, or have the contract made with training.syncInterval {self.sync_frequency}."
            )
        if self.min_peers > terms.min_peers:
            raise ParameterError(
                f"minPeers is {self.min_peers}, and contract {contract} merges with {terms.min_peers} of its {opened.members} members already; "
                f"give at most {terms.min_peers}, or have the contract made with training.minPeers {self.min_peers}."
            )
        self._check_rule(terms, contract)

    def _check_rule(self, terms: ContractTerms, contract: str) -> None:
        if self.merge_method not in (None, terms.merge_rule):
            raise ParameterError(
                f"mergeMethod is '{self.merge_method}', and contract {contract} merges by '{terms.merge_rule}'; "
                f"give that or leave it out, or have the contract made with training.merge.rule {self.merge_method}."
            )
        if self.use_adaptive_sync != terms.adaptive:
            raise ParameterError(
                f"useAdaptiveSync is {self.use_adaptive_sync}, and the interval of contract {contract} "
                f"{'adapts' if terms.adaptive else 'does not adapt'}; give {terms.adaptive}."
            )
        if self.node_weightage > terms.max_weight:
            raise ParameterError(
                f"nodeWeightage is {self.node_weightage} of at most {terms.max_weight}."
            )


def named(given: Dict[str, Any], known: List[str]) -> Dict[str, Any]:
    """Renames parameters to snake case.

    Raises ParameterError for a name that the callback does not know, and for one that is given under both names.
    """
    renamed: Dict[str, Any] = {}
    for name, value in given.items():
        snake = NAMES.get(name, name)
        if snake not in known:
            spoken = ", ".join(camel for camel, each in NAMES.items() if each in known)
            raise ParameterError(
                f"{name} is no parameter of this callback; its parameters are {spoken}."
            )
        if snake in renamed:
            raise ParameterError(f"{name} is given twice, in camel case and in snake case.")
        renamed[snake] = value
    return renamed


def _merge_method(value: Any) -> Optional[str]:
    if value is None:
        return None
    name = value.lower() if isinstance(value, str) else value
    if name not in MERGE_METHODS:
        raise ParameterError(
            f"mergeMethod {value!r} is not known; it must be one of {', '.join(MERGE_METHODS)}."
        )
    return str(name)


def _whole(given: Dict[str, Any], name: str, least: int, most: int, default: Optional[int]) -> int:
    value = given.pop(NAMES[name], default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ParameterError(
            f"{name} must be a whole number from {least} to {most}, not {value!r}."
        )
    return value
