"""The compiled comparison of titles: what codes say, and vectors beside it, many wishes at once."""

import numpy as np

from matching.compiled import Array, compiled


@compiled
def compare_titles(
    codes: tuple[Array, Array], table: Array, scale: tuple[int, int, int, int], best: Array
) -> None:
    """Likeness in thousandths of every title (rows of ``best``, int16) with every wish (its columns).

    ``best`` holds the likeness of their vectors and is overwritten. ``codes`` are those of titles and of
    wishes, padded with 0, ``table`` what two of them say. ``scale`` is the length of a vector, what vectors
    are worth in hundredths, what equal codes say, and what vectors add to that.
    """
    norm, share, same_code, room = scale
    towards = np.empty(table.shape[1], np.int16)
    for title in range(best.shape[0]):
        towards[:] = 0
        for code in codes[0][title]:
            towards[:] = np.maximum(towards, table[code])
        for wish in range(best.shape[1]):
            shared, said = np.int64(best[title, wish]), np.int64(0)
            for code in codes[1][wish]:
                said = max(said, np.int64(towards[code]))
            if said == same_code:
                best[title, wish] = said + room * shared // norm
            else:
                best[title, wish] = said + (norm - said) * shared * share // (100 * norm)
