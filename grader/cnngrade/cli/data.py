"""`cnngrade data`: what data sets this machine has, and how to get those that it has not."""

from __future__ import annotations

from pathlib import Path

import click

NEXT_STEP = {
    "mnist": "cnngrade data fetch mnist; until then the digits stand in for it",
    "cifar10": "cnngrade data fetch cifar10",
    "cifar10-jpeg": "not published: put cifar10-jpeg.npz in a folder and give it with --data",
}


@click.group(epilog="Example: cnngrade data list")
def data() -> None:
    """List the data sets that this machine has, or download one."""


@data.command("list", epilog="Example: cnngrade data list --data ~/datasets")
@click.option("--data", "folder", type=click.Path(path_type=Path), metavar="DIR", help="A folder to look in first.")
def list_found(folder: Path | None) -> None:
    """Show which data sets are found, where, and what to do about the others.

    Looks in --data, in the folder that CNNGRADE_DATA names, and in your cache, in this order.
    """
    from rich.console import Console
    from rich.table import Table

    from cnngrade.datasets import KINDS, cache_folder, find, places
    from cnngrade.errors import DataError

    looked = places(folder)  # a folder that is not there is an error, not an empty list
    table = Table("data set", "training", "test", "where, or what to do", box=None, pad_edge=False)
    for column in table.columns[1:3]:
        column.justify = "right"
    table.columns[3].overflow = "fold"
    for name in KINDS:
        try:
            arrays = find(name, folder)
        except DataError as error:
            table.add_row(name, "-", "-", f"broken: {error}")
            continue
        if arrays is None:
            table.add_row(name, "-", "-", f"not found: {NEXT_STEP[name]}")
        else:
            table.add_row(name, f"{len(arrays.train_images):,}", f"{len(arrays.test_images):,}", arrays.source)
    console = Console(highlight=False, markup=False)
    console.print(table)
    click.echo(f"looked in: {', '.join(map(str, looked)) or f'{cache_folder()} (not there yet)'}")


@data.command(epilog="Example: cnngrade data fetch mnist --to ~/datasets")
@click.argument("name")
@click.option("--to", type=click.Path(path_type=Path), metavar="DIR", help="Where to put it; your cache by default.")
def fetch(name: str, to: Path | None) -> None:
    """Download the data set NAME (mnist or cifar10) through torchvision, and check its md5 sums."""
    from cnngrade import datasets

    datasets.fetch(name, to if to is not None else datasets.cache_folder(), click.echo)
    if to is not None and name != "digits":
        click.echo(f"use it with: --data {to}")
