"""What an evidence table holds: entries, which are numbers with unit and source, and groups of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from rewire.errors import EvidenceError, Place, closest

Label = str | bool | tuple[str, ...]
Number = float | tuple[float, ...]
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Entry:
    """A number, or a row of numbers, with its unit and its source.

    `name` is the dotted path inside the table. `spread` is between people and `uncertainty` is about the typical value:
    each is a standard deviation on the log scale ("lognormal"), on the logit scale ("logit") or in the unit ("normal").
    """

    name: str
    value: Number
    unit: str
    how: str
    spread: float | None = None
    spread_kind: str = "lognormal"
    uncertainty: float | None = None
    uncertainty_kind: str = "lognormal"
    source: str = ""
    where: str = ""
    why: str = ""
    about: str = ""
    note: str = ""
    table: str = ""

    @property
    def number(self) -> float:
        """The value as one number, in `unit`."""
        if isinstance(self.value, tuple):
            raise EvidenceError(
                f"'{self.name}' holds {len(self.value)} numbers where one is needed",
                place=Place(f"{self.table}.toml"),
                advice="use .numbers",
            )
        return self.value

    @property
    def numbers(self) -> tuple[float, ...]:
        """The value as a row of numbers, in `unit`; a single number is a row of one."""
        return self.value if isinstance(self.value, tuple) else (self.value,)


class Group(Mapping[str, "Entry | Group | Label"]):
    """Entries, labels and groups by name. A group knows its table and path; a wrong name is an `EvidenceError`."""

    __slots__ = ("_items", "path", "table")

    def __init__(
        self, items: Mapping[str, Entry | Group | Label], *, table: str = "", path: tuple[str, ...] = ()
    ) -> None:
        self._items = MappingProxyType(dict(items))
        self.table = table
        self.path = path

    def __repr__(self) -> str:
        return f"Group({self.where}: {', '.join(self)})"

    @property
    def where(self) -> str:
        """The place of this group, such as `scales.toml: MADRS`."""
        return f"{self.table}.toml" + (f": {'.'.join(self.path)}" if self.path else "")

    def __getitem__(self, name: str) -> Entry | Group | Label:
        if name not in self._items:
            raise EvidenceError(
                f"there is no '{name}' in the evidence table",
                place=Place(self.where),
                expected=f"one of {', '.join(self._items)}" if self._items else "nothing: the group is empty",
                advice=closest(str(name), self._items),
            )
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
        """What stands under `name`, or `default`."""
        return self._items.get(name, default)

    def entry(self, *names: str) -> Entry:
        """The entry at a path: `scales.entry("MADRS", "measurement_sd")`."""
        return self._of(Entry, "an entry with a value", names)

    def group(self, *names: str) -> Group:
        """The group at a path."""
        return self._of(Group, "a group", names)

    def text(self, *names: str) -> str:
        """The words at a path."""
        return self._of(str, "words", names)

    def texts(self, *names: str) -> tuple[str, ...]:
        """The list of words at a path."""
        return self._of(tuple, "a list of words", names)

    def number(self, *names: str) -> float:
        """The value of the entry at a path, as one number in the entry's unit."""
        return self.entry(*names).number

    def entries(self) -> dict[str, Entry]:
        """The entries directly in this group, by name."""
        return {name: item for name, item in self._items.items() if isinstance(item, Entry)}

    def groups(self) -> dict[str, Group]:
        """The groups directly in this group, by name."""
        return {name: item for name, item in self._items.items() if isinstance(item, Group)}

    def walk(self) -> Iterator[Entry]:
        """Every entry of this group and of the groups in it, in the order of the file."""
        for item in self._items.values():
            if isinstance(item, Entry):
                yield item
            elif isinstance(item, Group):
                yield from item.walk()

    def filled_from(self, other: Group) -> Group:
        """This group with what it lacks taken from `other`."""
        return Group({**other._items, **self._items}, table=self.table, path=self.path)

    def _of(self, kind: type[Kind], called: str, names: tuple[str, ...]) -> Kind:
        item: object = self
        for depth, name in enumerate(names):
            if not isinstance(item, Group):
                raise EvidenceError(
                    f"'{'.'.join(names[:depth])}' is not a group and holds no '{name}'", place=Place(self.where)
                )
            item = item[name]
        if not isinstance(item, kind):
            raise EvidenceError(f"'{'.'.join(names)}' is not {called}", place=Place(self.where))
        return item
