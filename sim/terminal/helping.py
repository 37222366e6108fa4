"""Help in the language that is spoken, nothing of it cut; mistakes on the command line, too."""

import re
from collections.abc import Iterable
from typing import IO, Any

import click

from sim.terminal.language import said, spoken
from sim.terminal.wide import width, wrapped

#: what Click adds to the help of an option
_ADDED = re.compile(r"(.*?)(  \[.*\])?", re.DOTALL)


class Help(click.HelpFormatter):
    """Click's help, in Chinese where that is spoken."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        if spoken() == "en":
            super().write_usage(prog, args, prefix)
            return
        for sign in ("[OPTIONS]", "COMMAND", "[ARGS]..."):
            args = args.replace(sign, said(sign))
        head = f"{said('Usage:')}{prog} "
        lines = wrapped(args, self.width - width(head))
        self.write(head + f"\n{' ' * width(head)}".join(lines) + "\n")

    def write_heading(self, heading: str) -> None:
        """Write the head of a list."""
        if spoken() == "en":
            super().write_heading(heading)
        else:
            self.write(f"{said(heading)}：\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs; those that Click leaves as they are line by line."""
        indent, paragraphs, room = " " * self.current_indent, [], self.width - self.current_indent
        for paragraph in re.split(r"\n\s*\n", text):
            if paragraph.startswith("\b"):
                told = map(_listed, paragraph.split("\n")[1:])
                lines = [part for line in told for part in _hanging(line, room)]
            else:
                lines = wrapped(_paragraph(paragraph), room)
            paragraphs.append("\n".join(f"{indent}{line}".rstrip() for line in lines))
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write names and what they are."""
        rows = list(rows)
        first = min(max(width(name) for name, _ in rows), col_max) + col_spacing
        between = "\n" + " " * (self.current_indent + first)
        for name, what in rows:
            text, added = _ADDED.fullmatch(what).groups("")  # type: ignore[union-attr]
            lines = wrapped(f"{_paragraph(text)}  {_extra(added)}", self.width - first - 2)
            start = " " * (first - width(name)) if width(name) <= first - col_spacing else between
            self.write(" " * self.current_indent + name + start + between.join(lines) + "\n")


def _paragraph(text: str) -> str:
    return said(" ".join(text.split()))


def _listed(line: str) -> str:
    """Return a line of a list, ``- name: what.``, or any other."""
    mark, colon, what = line.partition(": ")
    if spoken() == "en":
        return line
    if not mark.startswith("- ") or not colon:
        return said(line.strip()) if line.strip() else line
    return f"{mark}：{said(what.rstrip('.'))}"


def _hanging(line: str, columns: int) -> list[str]:
    """Return a line of a list in lines; those after the first are indented."""
    first, *rest = [line] if width(line) <= columns else wrapped(line, columns - 2)
    return [first, *(f"  {more}" for more in rest)]


def _extra(added: str) -> str:
    between = "; " if spoken() == "en" else "；"
    return f"[{between.join(map(said, added.strip(' []').split('; ')))}]" if added else ""


class Context(click.Context):
    """Where a command runs; its help is ours."""

    formatter_class = Help


class Mistake(click.ClickException):
    """A mistake on the command line, or a failure, in the language that is spoken."""

    def __init__(self, error: click.ClickException) -> None:
        super().__init__(error.format_message())
        self.exit_code = error.exit_code  # type: ignore[misc]
        self.ctx: click.Context | None = getattr(error, "ctx", None)

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the usage and what is wrong to standard error."""
        if self.ctx is not None:
            click.echo(self.ctx.get_usage(), err=True)
            click.echo(said(f"Try '{self.ctx.command_path} --help' for help.") + "\n", err=True)
        click.echo(said(f"Error: {self.message}"), err=True)
