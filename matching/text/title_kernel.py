"""The compiled comparison of titles: what codes say, and vectors beside it, many wishes at once."""

import numpy as np

from matching.compiled import Array, Int, compiled


@compiled
def multiply(one: Array, many: Array, products: Array) -> None:
    """Products of one title's vector with those of many wishes, int16 all; float32 holds them exactly."""
    for row in range(len(many)):
        product, other = np.int32(0), many[row]
        for place in range(len(one)):  # in 32 bits throughout, so that two products a lane are added at once
            product = np.int32(product + np.int32(one[place]) * np.int32(other[place]))
        products[row] = product


@compiled
def compare_titles(
    products: Array, norm: Int, codes: tuple[Array, Array], tables: tuple[Array, Array], best: Array
) -> None:
    """Likeness in thousandths of every title (rows of ``best``, int16) with every wish (its columns).

    ``products`` (float32) are those of their vectors, which are ``norm`` long. ``codes`` are those of titles
    and of wishes, padded with 0; ``tables`` what two of them say, and what that comes to with the cosine of
    the vectors in thousandths.
    """
    table, together = tables
    towards = np.empty(table.shape[1], np.int16)
    for title in range(best.shape[0]):
        towards[:] = 0
        for code in codes[0][title]:
            if code:
                towards[:] = np.maximum(towards, table[code])
        for wish in range(best.shape[1]):
            said = np.int16(0)
            for code in codes[1][wish]:
                said = max(said, towards[code])
            # A whole number over another is never so near the next that a double rounds it up.
            shared = np.int64(max(np.float64(products[title, wish]), 0.0) / norm)
            best[title, wish] = together[said, min(shared, norm)]
