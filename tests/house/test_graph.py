"""The house as a whole stays as easy to see as it was drawn: few rooms, few floors, few arrows, no circle."""

from tests.house.graph import BEGIN, END, PAGE, ROOT, circles, imports, lines, measure, room_arrows

# The plan's bounds; the areas still to come add rooms and arrows, never floors.
MOST_ROOMS, MOST_FLOORS, MOST_ARROWS = 26, 8, 110
MOST_TRAINING_FILES = 55


def test_no_file_imports_in_a_circle() -> None:
    assert circles(room_arrows()) == []
    assert circles(imports()) == []


def test_rooms_floors_and_arrows_stay_few() -> None:
    house = measure()
    assert house.rooms <= MOST_ROOMS
    assert house.floors <= MOST_FLOORS
    assert house.arrows <= MOST_ARROWS


def test_training_stays_within_55_files() -> None:
    """It had 116 once. What it needs more goes into the noun's own file; small files are joined first."""
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "app/training").rglob("*.py"))
    assert len(files) > 40
    assert len(files) <= MOST_TRAINING_FILES, files


def test_the_page_on_architecture_shows_the_house_as_it_is() -> None:
    """Else: ``make graph WRITE=1``."""
    shown = PAGE.read_text("utf-8").split(BEGIN)[1].split(END)[0]
    assert shown == "".join(f"{line}\n" for line in lines())
