"""Arithmetic in which numbers too small for all their digits count as zero.

Drug levels fade through such subnormal numbers (below 1e-38 in single precision, 1e-308 in double) for weeks, and some
processors take a hundred times as long for every operation on one. They are far below the last digit of any result.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from rewire.machine.native import Library, load

X86 = """
define void @begin(ptr %before) {
  call void @llvm.x86.sse.stmxcsr(ptr %before)
  %old = load i32, ptr %before
  %new = or i32 %old, 32832 ; results (bit 15) and operands (bit 6)
  %place = alloca i32
  store i32 %new, ptr %place
  call void @llvm.x86.sse.ldmxcsr(ptr %place)
  ret void
}
define void @end(ptr %before) {
  call void @llvm.x86.sse.ldmxcsr(ptr %before)
  ret void
}
declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)
"""
ARM = """
define void @begin(ptr %before) {
  %old = call i64 @llvm.aarch64.get.fpcr()
  store i64 %old, ptr %before
  %new = or i64 %old, 16777216 ; both (bit 24)
  call void @llvm.aarch64.set.fpcr(i64 %new)
  ret void
}
define void @end(ptr %before) {
  %old = load i64, ptr %before
  call void @llvm.aarch64.set.fpcr(i64 %old)
  ret void
}
declare i64 @llvm.aarch64.get.fpcr()
declare void @llvm.aarch64.set.fpcr(i64)
"""
TEXTS = {"x86_64": X86, "amd64": X86, "arm64": ARM, "aarch64": ARM}
"""What sets the mode of a thread, by the name of its processor; others go on as they do."""


@cache
def _library(text: str) -> Library:
    return load(text, lambda: text, {"begin": ("ptr",), "end": ("ptr",)})


@contextmanager
def tiny_as_zero() -> Iterator[None]:
    """Within it, this thread takes subnormal operands and results for zero."""
    text = TEXTS.get(platform.machine().lower())
    if text is None:
        yield
        return
    functions, before = _library(text).functions, ctypes.c_int64()
    place = ctypes.addressof(before)
    functions["begin"](place)
    try:
        yield
    finally:
        functions["end"](place)
