"""Reading and writing one lane of the kernel's flat buffer.

Plain indexing would do the same; Numba needs ten times longer to translate it, and a kernel has thousands of places.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _address(context: Any, builder: Any, array_type: Any, array: Any, offset: Any, lane: Any) -> Any:
    view = context.make_array(array_type)(context, builder, array)
    return cgutils.gep_inbounds(builder, view.data, builder.add(offset, lane, flags=["nsw"]))


@intrinsic
def get(typing: Any, w: Any, offset: Any, lane: Any) -> Any:
    """The number at `offset + lane` of the one-dimensional array `w`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, place, j = arguments
        return builder.load(_address(context, builder, signature.args[0], array, place, j))

    return w.dtype(w, types.int64, types.int64), generate


@intrinsic
def put(typing: Any, w: Any, offset: Any, lane: Any, value: Any) -> Any:
    """Sets the number at `offset + lane` of the one-dimensional array `w`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, place, j, number = arguments
        builder.store(number, _address(context, builder, signature.args[0], array, place, j))
        return context.get_dummy_value()

    return types.none(w, types.int64, types.int64, w.dtype), generate
