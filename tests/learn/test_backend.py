from __future__ import annotations

import os
import subprocess
import sys

import pytest

from mimik.errors import BackendError, MissingExtra
from mimik.extras import needs_extra
from mimik.learn.backend import one_thread, use_jax


def in_new_process(code, **variables):
    environment = {k: v for k, v in os.environ.items() if k not in ("KERAS_BACKEND", "XLA_FLAGS")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout.strip()


def test_keras_runs_on_jax_where_nobody_chose():
    assert (
        in_new_process("from mimik.learn.backend import use_jax; print(use_jax().backend.backend())") == "jax"
    )


ASK = """
from mimik.errors import BackendError
from mimik.learn.backend import use_jax
try:
    print(use_jax({}).backend.backend())
except BackendError as error:
    print(error, error.hint)
"""


def test_another_backend_asked_for_is_a_clear_error():
    said = in_new_process(ASK.format(""), KERAS_BACKEND="torch")
    assert "KERAS_BACKEND" in said
    assert "'torch'" in said


def test_a_program_that_owns_its_process_may_override():
    assert in_new_process(ASK.format("override=True"), KERAS_BACKEND="torch") == "jax"


def test_keras_already_running_on_another_backend_is_a_clear_error():
    said = in_new_process("import keras\n" + ASK.format("override=True"), KERAS_BACKEND="numpy")
    assert "already runs on 'numpy'" in said


def test_keras_on_jax_already_is_taken_as_it_is():
    assert use_jax() is use_jax()


def test_a_missing_package_names_the_extra_to_install():
    with pytest.raises(MissingExtra) as caught, needs_extra("learn"):
        import no_such_package  # noqa: F401
    assert "no_such_package" in str(caught.value)
    assert "pip install 'mimik[learn]'" in caught.value.hint


def test_one_thread_keeps_flags_that_are_there():
    code = (
        "import os; from mimik.learn.backend import one_thread; one_thread(); print(os.environ['XLA_FLAGS'])"
    )
    assert in_new_process(code, XLA_FLAGS="--xla_cpu_enable_fast_math=false").split() == [
        "--xla_cpu_enable_fast_math=false",
        "--xla_cpu_multi_thread_eigen=false",
        "intra_op_parallelism_threads=1",
    ]


def test_one_thread_after_jax_is_refused():
    use_jax()
    with pytest.raises(BackendError, match="before JAX"):
        one_thread()


def test_the_backend_is_not_touched_by_importing_the_light_parts():
    code = (
        "import sys, mimik.learn.modelfile, mimik.learn.presets;"
        "print([m for m in ('keras', 'jax', 'sklearn', 'scipy') if m in sys.modules])"
    )
    assert in_new_process(code) == "[]"
