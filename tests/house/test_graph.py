"""The house as a whole stays as easy to see as it was drawn: few rooms, few floors, few arrows, no circle."""

from tests.house.graph import circles, imports, measure, room_arrows

# The plan's bounds; the areas still to come add rooms and arrows, never floors.
MOST_ROOMS, MOST_FLOORS, MOST_ARROWS = 24, 8, 79


def test_no_file_imports_in_a_circle() -> None:
    assert circles(room_arrows()) == []
    assert circles(imports()) == []


def test_rooms_floors_and_arrows_stay_few() -> None:
    house = measure()
    assert house.rooms <= MOST_ROOMS
    assert house.floors <= MOST_FLOORS
    assert house.arrows <= MOST_ARROWS
