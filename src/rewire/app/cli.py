"""The command line: one verb a job. Results on stdout, progress and errors on stderr, exit code 2 for bad input."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from rewire.errors import RewireError

STOPPED = 130  # what a shell expects of a program that the user stopped
VERBS = {
    "study": ("run", "compare"),
    "plan": ("say", "check"),
    "look": ("sources", "model", "doctor"),
    "serve": ("serve", "scenes"),
    "imaging": ("imaging",),
    "validate": ("validate", "calibrate", "explain"),
    "person": ("fit", "forecast"),
    "options": ("optimise",),
    "clinic": ("clinic",),
    "bench": ("bench",),
}
"""The verbs of each file `verbs_*.py`, in the order of the help: only the file of the verb that is asked for loads."""


def build(arguments: Sequence[str] = ()) -> typer.Typer:
    """The command line as far as `arguments` need it: one file of verbs, or all of them."""
    app = typer.Typer(
        name="rewire",
        help="From milligrams to synapses to scores: ketamine plans, simulated. For research and education.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_rewire)
    asked = [file for file, verbs in VERBS.items() if arguments and arguments[0] in verbs]
    for file in asked or VERBS:
        import_module(f"rewire.app.verbs_{file}").add_to(app)
    return app


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"rewire {version('rewire')}")
        raise typer.Exit


def _rewire(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version and leave.")
    ] = False,
) -> None:
    """Keeps every verb a word of its own, and says the version."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 2 wrong input, 130 stopped by the user, 1 a fault of the program."""
    sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: list[str]) -> int:
    try:
        code = build(arguments)(arguments, standalone_mode=False)
    except RewireError as wrong:
        print(f"rewire: {wrong}", file=sys.stderr)
        return 2
    except typer.TyperException as wrong:
        if message := wrong.format_message():
            print(f"rewire: {message}\n  try: rewire --help", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
    except BrokenPipeError:
        # The reader of our output has gone; leave without a word, and without one when Python closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except typer.Exit as left:
        return left.exit_code
    except Exception as fault:
        if os.environ.get("REWIRE_TRACEBACK"):
            raise
        print(f"rewire: a fault of the program, not of your input: {type(fault).__name__}: {fault}", file=sys.stderr)
        print("  try: the same with REWIRE_TRACEBACK=1 shows where; please report it", file=sys.stderr)
        return 1
    if code == STOPPED:
        print("rewire: stopped", file=sys.stderr)
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()
