"""HTTP of this room: classes and the people in them."""
