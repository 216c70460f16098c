"""The weights that a program began with. An admin may have the contract begin anew at any time, and all members then start from them again."""

import contextlib
import os
import tempfile
from typing import BinaryIO, Optional, cast

from starling import safetensors
from starling.errors import SessionError
from starling.schema import Model


class InitialWeights:
    """Weights that are kept on the disk: a further copy in memory is dear. The file has no name, so nothing is left however the program ends."""

    def __init__(self, model: Model) -> None:
        self._fault = ""
        self._file: Optional[BinaryIO] = None
        try:
            # In the work folder: a sandbox's /tmp is memory.
            self._file = cast(BinaryIO, tempfile.TemporaryFile(dir=os.curdir))
            safetensors.write(self._file, model)
            self._file.flush()
        except OSError as fault:
            # That is no reason to end what trains well. What was written would fill the disk until the program ends.
            self._fault = str(fault)
            with contextlib.suppress(OSError):
                self.close()
            self._file = None

    def read_into(self, model: Model) -> None:
        """Reads them into arrays of the same schema. Raises SessionError if the disk did not take them."""
        if self._file is None:
            raise SessionError(
                f"The contract begins anew, and the initial weights could not be kept in {os.getcwd()} ({self._fault}); start the program again."
            )
        length = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        safetensors.read_into(cast(safetensors.ByteReader, self._file), length, model)

    def close(self) -> None:
        """Lets the file go."""
        if self._file is not None:
            self._file.close()
