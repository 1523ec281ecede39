"""The command line. Only click is imported here: each verb brings what it needs."""

import gc
import os
import sys
from importlib import import_module

import click

from rulebook.version import __version__

MODULES = ("verbs", "testing", "difference", "improvement", "duties", "papers", "campaign")
"""Where the verbs are registered, in the order in which they are listed."""
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Verbs(click.Group):
    """Verbs live in the modules of `MODULES`, read when one of them is called or listed."""

    def list_commands(self, context: click.Context) -> list[str]:
        from rulebook.cli.verb import VERBS

        for module in MODULES:
            import_module(f"rulebook.cli.{module}")
        return list(VERBS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        from rulebook.cli.verb import VERBS

        for module in MODULES:
            if name not in VERBS:
                import_module(f"rulebook.cli.{module}")
        return VERBS.get(name)


@click.command(cls=_Verbs, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="rulebook")
def cli() -> None:
    """考核细则：评分、检查、排版。Score, check and format official Chinese scoring rubrics."""


def main() -> None:
    """Runs the command line; never ends in a traceback on anything a person can type or pass."""
    gc.set_threshold(1_000_000, 20, 100)  # a short run makes little garbage: looking for it cost a tenth of the start
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        status = cli(standalone_mode=False)  # click returns the status of an Exit here
        if sys.stdout is not None:
            sys.stdout.flush()
        sys.exit(status if isinstance(status, int) else 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("", err=True)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError:  # standard output is closed or full: there is nobody to tell
        sys.exit(2)
    except Exception as error:
        from rulebook.cli.output import own_fault

        sys.exit(own_fault(error))


def script() -> None:
    """The console script: `main`, then out at once. Taking the interpreter apart would cost a twentieth of the run."""
    try:
        main()
    except SystemExit as stop:
        try:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
        except OSError:
            os._exit(2)
        os._exit(stop.code if isinstance(stop.code, int) else 0)


__all__ = ["cli", "main", "script"]
