from __future__ import annotations

import os
import subprocess
import sys

from rewire.engine.kernels import PRECISIONS, model_key
from rewire.machine import store
from rewire.machine.native import VECTOR_BYTES
from rewire.models.describe import describe_layer
from rewire.models.shipping import shipped_texts


def test_what_is_shipped_is_what_a_first_run_looks_for(standard):
    key = model_key(standard)
    kernels = {f"kernel-{key}-{precision}-{width}.ll" for precision in PRECISIONS for width in VECTOR_BYTES}
    assert set(shipped_texts()) == {*kernels, f"layout-{key}.json", f"equations-{key}.json"}


def test_with_what_is_shipped_neither_a_run_nor_a_page_needs_sympy(tmp_path):
    for name, text in shipped_texts().items():
        (tmp_path / name).write_text(text)
    script = (
        "import sys; from rewire.machine import store; store.SHIPPED = sys.argv[1];"
        "from rewire.engine.kernels import kernel; from rewire.models.standard import standard_model;"
        "from rewire.models.describe import describe_layer; kernel(standard_model()); describe_layer('mood');"
        "print('sympy' in sys.modules)"
    )
    cache = {**os.environ, "REWIRE_CACHE": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=cache, capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_a_page_is_the_same_the_second_time(monkeypatch, tmp_path):
    monkeypatch.setenv("REWIRE_CACHE", str(tmp_path))
    first = describe_layer("mood")
    assert [path.name.split("-")[0] for path in store.cache_folder().iterdir()] == ["equations"]
    assert describe_layer("mood") == first
    assert "mood' = (-mood + tanh(coupling*mood + mood_drive))/mood_time" in first
