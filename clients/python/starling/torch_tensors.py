"""PyTorch's tensors as arrays, and back. NumPy has no bfloat16, which travels as its raw bytes."""

from typing import cast

import numpy
import torch

from starling.schema import BF16, Array


def array_of(tensor: torch.Tensor) -> Array:
    """A tensor as an array, which shares its memory where that is the processor's."""
    here = tensor.detach().cpu()
    if here.dtype == torch.bfloat16:
        return cast(Array, here.contiguous().view(torch.int16).numpy().view(BF16))
    return cast(Array, here.numpy())


def tensor_of(array: Array, like: torch.Tensor) -> torch.Tensor:
    """An array as a tensor that can be copied into another, with the array's memory."""
    if like.dtype == torch.bfloat16:
        return torch.from_numpy(array.view(numpy.int16)).view(torch.bfloat16)
    return torch.from_numpy(array)
