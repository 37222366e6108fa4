"""Ends of commands: what they raise, signals and lost readers become exit codes and one line."""

import errno
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from sim.errors import InputError
from sim.printable import printable
from sim.terminal import language, streams
from sim.terminal.helping import Context, Mistake
from sim.terminal.language import said

_BAD_INPUT, _INTERRUPTED, _UNREAD, _ENDED = 2, 130, 141, 143


class _BadInput(click.ClickException):
    """Input that cannot be used: its text alone, exit code 2."""

    exit_code = _BAD_INPUT

    def show(self, file: Any = None) -> None:
        """Write the text to standard error."""
        click.echo(self.message, err=True)


#: what this process was told to end by, in the command under way
_met: list[KeyboardInterrupt] = []
_AGAIN = "what was there before is kept: give the same command again"
#: what the system says of a path that can be no file or folder, as given
_WRONG_PATH = (errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP)


#: letters of a sentence of help, more than any has
_WHOLE = 1000


class _Ended(KeyboardInterrupt):
    """SIGTERM: a scheduler's or a system's end, cleaned up after as Ctrl-C is."""


def _own_figures() -> None:
    """Let Matplotlib read no settings of the user's: what is drawn is the same everywhere."""
    found = find_spec("matplotlib")
    if found is not None and found.origin is not None:
        os.environ["MATPLOTLIBRC"] = str(Path(found.origin).parent / "mpl-data" / "matplotlibrc")
    os.environ["MPLBACKEND"] = "agg"


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Turn SIGTERM into `_Ended`, and whatever is made of it or of Ctrl-C on the way back into it.

    Compiled libraries that call Python give the exception another name (pydantic's serialiser).
    """

    def end(number: int, _: Any) -> None:
        _met.append(_Ended() if number == signal.SIGTERM else KeyboardInterrupt())
        raise _met[-1]

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signals = [signal.SIGTERM, *([signal.SIGINT] if usual else [])]
    before = [(number, signal.signal(number, end)) for number in signals]
    try:
        yield
    except Exception as error:
        if _met:
            raise _met[-1] from error
        raise
    finally:
        _met.clear()  # what comes after it in this process is not ended
        for number, handler in before:
            signal.signal(number, handler)


def unless_ended() -> None:
    """Raise again what the command was told to end by, where that was taken for another error."""
    if _met:
        raise _met[-1]


class Commands(click.Group):
    """Turns what commands raise into the exit codes of `sim.cli`; speaks the user's language."""

    context_class = Context

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command; ``--lang`` is an option of all."""
        cmd.context_class = Context
        if all(param.name != "lang" for param in cmd.params):
            cmd.params.append(language.Language(expose_value=False))
        super().add_command(cmd, name)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Run the command line, to the end of the process."""
        streams.prepare()
        _own_figures()
        language.speak(language.asked(sys.argv[1:] if args is None else args))
        try:
            return super().main(args, *rest, **options)
        finally:
            shortfall = streams.shortfall()
            if shortfall:
                click.echo(said(shortfall), err=True)
            language.speak("en")

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the command line."""
        try:
            return super().make_context(*args, **options)
        except click.ClickException as error:
            raise _in_words(error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, what each does in one whole sentence."""
        found = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(_WHOLE)) for name, each in found])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            with warnings.catch_warnings(), _ended_in_order():
                warnings.showwarning = warn
                return super().invoke(ctx)
        except InputError as error:
            raise _BadInput(said(_account(error))) from error
        except click.ClickException as error:
            raise _in_words(error) from error
        except streams.UnreadError:
            click.echo(said("nobody reads the output any more; what is written is kept"), err=True)
            ctx.exit(_UNREAD)
        except OSError as error:
            if error.errno is None:
                raise
            if error.errno in _WRONG_PATH:
                raise _BadInput(said(_trouble(error))) from error
            raise _in_words(click.ClickException(_trouble(error))) from error
        except MemoryError as error:
            short = click.ClickException(
                "too little memory; what was there before is kept. A larger `scale`, fewer "
                "--workers or less under `record` needs less"
            )
            raise _in_words(short) from error
        except _Ended:
            click.echo(said(f"\nended (SIGTERM); {_AGAIN}"), err=True)
            ctx.exit(_ENDED)
        except KeyboardInterrupt:
            click.echo(said(f"\ninterrupted; {_AGAIN}"), err=True)
            ctx.exit(_INTERRUPTED)


def _in_words(error: click.ClickException) -> click.ClickException:
    """Return an error of Click's as it is told: in Chinese where that is spoken."""
    whole = isinstance(error, click.exceptions.NoArgsIsHelpError | _BadInput | Mistake)
    return error if whole or language.spoken() == "en" else Mistake(error)


def _trouble(error: OSError) -> str:
    """Say what the system refused, and how to go on."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    what = "the disk is full" if full else (error.strerror or str(error))
    where = f" ({error.filename})" if error.filename else ""
    return (
        f"{what}{where}; what was there before is kept: mend it and give the same command again, "
        "or --out another folder"
    )


def warn(message: Warning | str, *_: Any, **__: Any) -> None:
    """Say a warning in one line, without the code that gave it."""
    click.echo(said(f"warning: {printable(str(message))}"), err=True)


def _account(error: InputError) -> str:
    count = len(error.problems)
    last = f"\n{count} problems" if count > 1 else ""
    return f"{error}{last}"
