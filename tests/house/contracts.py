"""A contract of our own for import-linter (`make lint`): an area is entered by its front door only."""

from typing import ClassVar

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class SurfaceContract(Contract):
    """Modules of one area import another area's ``operations`` and ``queries`` only.

    ``areas_of`` is the package whose children are the areas, ``open_areas`` those that everybody may enter
    anywhere, ``surface`` the names that a dotted path of the imported module must contain one of.
    """

    type_name: ClassVar[str] = "surface"

    areas_of = fields.StringField()
    open_areas = fields.ListField(subfield=fields.StringField())
    surface = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect the imports that go past the front door."""
        breaches = []
        for importer in sorted(graph.modules):
            home = self._area(importer)
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                area = self._area(imported)
                is_stranger = home is not None and area is not None and home != area
                if is_stranger and not set(imported.split(".")) & set(self.surface):  # type: ignore[call-overload]
                    breaches.append(f"{importer} -> {imported}")
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print every import that breaks the contract."""
        for breach in check.metadata["breaches"]:
            output.print_error(breach)

    def _area(self, module: str) -> str | None:
        """The area a module lies in; None outside all of them and in those that are open."""
        package = f"{self.areas_of}."
        area = module.removeprefix(package).split(".")[0] if module.startswith(package) else None
        return None if area in self.open_areas else area  # type: ignore[operator]
