"""Text of the intermediate language as functions to call; compiled once for a processor, then kept on disk."""

from __future__ import annotations

import ctypes
import hashlib
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from rewire.errors import RewireError
from rewire.machine.store import cache_folder, keep_file

VECTOR_BYTES = (64, 32)
"""How wide rows of people may be."""
KINDS = {"i64": ctypes.c_int64, "double": ctypes.c_double, "ptr": ctypes.c_void_p}


@cache
def _processor() -> tuple[str, str]:
    """The processor's name and its features, as LLVM calls them."""
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()


def vector_bytes() -> int:
    """How wide rows of people are here: one register of 64 bytes with AVX-512, else 32 bytes."""
    wide, narrow = VECTOR_BYTES
    return wide if "+avx512f" in _processor()[1].split(",") else narrow


def _machine() -> Any:
    """A new target machine; an engine owns the one it is given.

    The text leaves little to optimise: level 1 gives the same instructions as level 2 in two thirds of the time.
    """
    from llvmlite import binding

    name, features = _processor()
    return binding.Target.from_default_triple().create_target_machine(
        cpu=name, features=features, opt=1, reloc="default", codemodel="jitdefault", jit=True
    )


def compile_text(text: str) -> bytes:
    """Object code of a module for this processor."""
    from llvmlite import binding

    machine = _machine()
    try:
        parsed = binding.parse_assembly(text)
        parsed.verify()
    except RuntimeError as problem:
        raise RewireError(f"the generated kernel is not valid: {problem}") from None
    return bytes(machine.emit_object(parsed))


class Library:
    """Compiled functions by name, each with the kinds of its arguments: "i64", "double" or "ptr", an address."""

    def __init__(self, content: bytes, functions: Mapping[str, Sequence[str]]) -> None:
        from llvmlite import binding

        self._engine = binding.create_mcjit_compiler(binding.parse_assembly(""), _machine())
        self._engine.add_object_file(binding.ObjectFileRef.from_data(content))
        self._engine.finalize_object()
        self.functions: dict[str, Callable[..., None]] = {}
        for name, arguments in functions.items():
            kinds: list[Any] = [KINDS[kind] for kind in arguments]
            function: Any = ctypes.CFUNCTYPE(None, *kinds)(self._engine.get_function_address(name))
            function.code = self._engine  # the code lives as long as the function
            self.functions[name] = function


def load(key: str, text: Callable[[], str], functions: Mapping[str, Sequence[str]]) -> Library:
    """The library of a text that `key` stands for, from the cache or compiled now."""
    import llvmlite

    here = "\n".join((key, llvmlite.__version__, sys.platform, *_processor()))
    place = cache_folder() / f"native-{hashlib.sha256(here.encode()).hexdigest()[:24]}.o"
    try:
        content = place.read_bytes()
    except OSError:
        content = compile_text(text())
        keep_file(place, content)
    return Library(content, functions)
