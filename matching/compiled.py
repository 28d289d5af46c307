"""How this room compiles its kernels: numba, without the interpreter lock, cached where that is possible."""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function; keep the machine code on disk unless no place for it can be written to."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba's word for "no locator available": a read-only checkout and home
        return njit(nogil=True)(function)


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def trailing_zeros(typing_context: Any, word: Any) -> Any:
    """Number of the lowest set bit of a uint64 that is not zero."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate
