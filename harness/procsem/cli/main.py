"""The list of the commands, and how errors end the program."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
from typing import NoReturn

import click

import procsem
from procsem.cli import exit_at_once
from procsem.cli.streams import echo, prepare_streams, warn
from procsem.errors import NO_SPACE, ProcsemError

COMMANDS = {
    "run": "Test claims and print the matrix.",
    "check": "Run your program under each start method, and report what breaks, why, and on which line.",
    "explain": "Explain an error text: causes, where they occur, and fixes.",
    "claims": "List the claims, by topic; or find claims by words, the best match first.",
    "show": "Explain one claim: statement, test, expected verdicts, reasons.",
    "report": "Show several runs side by side, or write them as a page or a file.",
    "compare": "Report what changed between two runs.",
    "history": "Report when the verdict of a claim changed.",
    "new": "Write the skeleton of a claim: its table, its probe and its row.",
    "suggest": "Print the rule that a claim needs for what was measured.",
    "bench": "Measure and show what creating a process costs.",
}
"""The commands in the order of the help text, each with its summary.

``procsem.cli.commands.NAME`` defines the command NAME as ``command``, and its docstring begins with the summary.
"""


class LazyGroup(click.Group):
    """A group that imports a command when the command is used, so that ``--help`` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"procsem.cli.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(procsem.__version__, prog_name="procsem")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Test claims about processes and multiprocessing on this machine, under fork, spawn and forkserver."""
    # By now click has imported the command: from here on Ctrl-C may raise KeyboardInterrupt.
    if signal.getsignal(signal.SIGINT) is exit_at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if ctx.invoked_subcommand is None:
        echo(ctx.get_help())


def run(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit. Every error that the user can correct is one line per fault on standard error."""
    prepare_streams()
    try:
        status = group.main(arguments, prog_name="procsem", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "procsem"
        _fail(f"{error.format_message().rstrip('.')}; see '{command} --help'")
    except (click.Abort, KeyboardInterrupt):
        warn("interrupted")
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has closed it
        _discard_unwritable_output()
        sys.exit(1)
    except ProcsemError as error:
        _fail(str(error))
    except (MemoryError, OSError, RuntimeError) as error:
        if not _is_shortage(error):
            raise
        if isinstance(error, OSError) and error.errno in NO_SPACE:
            _discard_unwritable_output()
            _fail(f"cannot write: {error.strerror}; free some space or choose another place")
        what = str(error) or "memory"  # a MemoryError has no text
        _fail(f"the system has no more of what procsem needs: {what}; use fewer --jobs, or raise the limit")
    sys.exit(status if isinstance(status, int) else 0)


def _discard_unwritable_output() -> None:
    """Send what standard output does not take to nowhere: at exit, Python would try again and print a traceback."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_shortage(error: Exception) -> bool:
    """Return whether an error says that memory, threads, processes, descriptors or space are used up."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE, *NO_SPACE)
    return isinstance(error, MemoryError) or str(error) == "can't start new thread"


def _fail(message: str) -> NoReturn:
    warn(message)
    sys.exit(2)
