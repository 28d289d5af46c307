"""How a template calls what it calls: a list page does so some 800 times.

Jinja asks each time, by six looks at the callable, whether it wants to be given the context. Plain functions,
methods and macros tell by one.
"""

from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask import Flask
from jinja2.runtime import Context, Macro

PLAIN = frozenset({FunctionType, MethodType, BuiltinFunctionType})


class QuickContext(Context):
    """A context that knows the commonest callables by their type; the others it leaves to Jinja."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        kind = type(__obj)
        if kind is Macro:
            # The first argument says whether the caller's text is escaped.
            args = (__self.eval_ctx, *args)
        elif kind not in PLAIN or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return __obj(*args, **kwargs)
        except StopIteration:
            return __self.environment.undefined("a callable of a template raised StopIteration")


def init_app(app: Flask) -> None:
    """Let the templates of ``app`` call so."""
    app.jinja_env.context_class = QuickContext
