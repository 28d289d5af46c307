"""How the engine compiles its kernels: numba, without the interpreter lock, cached where that is possible."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

Array = np.ndarray
Int = int | np.integer
Kernel = TypeVar("Kernel", bound=Callable[..., Any])
LANES = 64


def compiled(function: Kernel) -> Kernel:
    """Compile a function; keep the machine code on disk unless no place for it can be written to.

    Machine code holds that of every kernel it calls, but numba looks only at the file of the function itself
    to tell whether it is still good. Here it is good as long as no kernel has changed.
    """
    try:
        machine_code: Any = njit(nogil=True, cache=True)(function)
        machine_code._cache._cache_file._source_stamp = sources_stamp()
    except RuntimeError:  # numba's word for "no locator available": a read-only checkout and home
        machine_code = njit(nogil=True)(function)
    return cast(Kernel, machine_code)


@cache
def sources_stamp(folder: Path = Path(__file__).parent) -> str:
    """A digest of all source files in a folder that hold kernels."""
    sources = [path.read_bytes() for path in sorted(folder.rglob("*.py"))]
    return sha256(b"\0".join(source for source in sources if b"compiled" in source)).hexdigest()


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def trailing_zeros(typing_context: Any, word: Any) -> Any:
    """Number of the lowest set bit of a uint64 that is not zero."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def count_ones(typing_context: Any, word: Any) -> Any:
    """Number of bits set in a uint64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def lanes_reaching(typing_context: Any, values: Any, first: Any, more: Any) -> Any:
    """Which of 64 int16 or int32 ``values[first + k] + more`` are at least 0, as bits ``k``.

    ``more`` is int32 and must fit the type of the values. Nothing checks bounds or overflow.
    """
    width = values.dtype.bitwidth
    lanes = ir.VectorType(ir.IntType(width), LANES)
    every = ir.Constant(lanes, [0] * LANES)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, first, more = arguments
        data = context.make_array(values)(context, builder, array).data
        place = builder.bitcast(builder.gep(data, [first]), lanes.as_pointer())
        have = builder.load(place, align=width // 8)
        added = more if width == 32 else builder.trunc(more, ir.IntType(width))
        one = builder.insert_element(every, added, ir.Constant(ir.IntType(32), 0))
        first_lane = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        reached = builder.add(have, builder.shuffle_vector(one, every, first_lane))
        return builder.bitcast(builder.icmp_signed(">=", reached, every), ir.IntType(64))

    return types.uint64(values, types.intp, types.int32), generate
