"""The command `resolver`. Each subcommand is loaded when it is called, so that a start is fast."""

from __future__ import annotations

import importlib

import click

_COMMANDS = {
    "serve": ("resolver.cli.serve", "serve", "Serve the API until interrupted."),
    "import": ("resolver.cli.import_", "import_records", "Send a file of records to the service."),
    "load": ("resolver.cli.load", "load", "Load a whole holding into a new store, faster than by importing."),
    "export": ("resolver.cli.export", "export", "Write which record belongs to which identity."),
    "resolve": ("resolver.cli.resolve", "resolve", "Send one record and print what was decided."),
    "identity": ("resolver.cli.identity", "identity", "Show an identity and its records."),
    "explain": ("resolver.cli.explain", "explain", "Explain a pair of records, or an identity."),
    "review": ("resolver.cli.review", "review", "List, show, claim and resolve review tasks."),
    "verdict": ("resolver.cli.verdict", "verdict", "Give, confirm, withdraw and read verdicts; merge and split."),
    "watch": ("resolver.cli.watch", "watch", "Follow the feed of decisions."),
    "consumers": (
        "resolver.cli.consumers",
        "consumers",
        "Create, list and delete consumers of the feed; what is outstanding.",
    ),
    "evaluate": ("resolver.cli.evaluate", "evaluate", "Compare the service's identities with a truth."),
    "generate": ("resolver.cli.generate", "generate", "Write made-up records and their truth."),
    "train": ("resolver.cli.train", "train", "Train a model."),
    "reresolve": (
        "resolver.cli.reresolve",
        "reresolve",
        "Plan, apply and roll back another model, policy or threshold, or a staged source.",
    ),
    "stage": (
        "resolver.cli.staging",
        "stage",
        "Stage a source of records, to plan what it would change.",
    ),
    "models": ("resolver.cli.models", "models", "List, train, try out and approve models, on a service."),
    "operations": (
        "resolver.cli.operations",
        "operations",
        "List, show, wait for, cancel and delete long-running work.",
    ),
    "audit": ("resolver.cli.audit", "audit", "List, copy and verify the audit log."),
    "certs": ("resolver.cli.certs", "certs", "Write certificates for development."),
    "access": ("resolver.cli.access", "access", "Check a file of access rules, and show what each entry may do."),
    "retention": ("resolver.cli.retention", "retention", "List which records are due, and keep one longer."),
    "purge": ("resolver.cli.purge", "purge", "Purge what has expired in a store that is not served."),
    "check": ("resolver.cli.check", "check", "Check that a store is whole."),
    "backup": ("resolver.cli.backup", "backup", "Copy a store, while it serves or not."),
    "restore": ("resolver.cli.backup", "restore", "Check a copy of a store and put it back."),
    "demo": ("resolver.cli.demo", "demo", "Show everything at work, from nothing, on made-up data."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # The summaries are here so that `--help` need not import every command.
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, _, summary) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="ftf-resolver")
def main() -> None:
    """Resolves which records of many countries are about the same person."""
