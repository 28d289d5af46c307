"""The compiled comparison of titles: shared words and related codes, many wishes at once."""

import numpy as np

from matching.compiled import Array, compiled


@compiled
def compare_titles(
    titles: tuple[Array, Array, Array],
    lists: tuple[Array, Array, Array],
    codes: tuple[Array, Array],
    table: Array,
    scale: tuple[int, int, int, int],
    out: Array,
) -> None:
    """Likeness in thousandths of every title (rows of ``out``, int16) with every wish (its columns).

    ``titles`` and ``lists`` are (starts, numbers, weights): the features of a title, the wishes of a feature.
    ``codes`` are those of titles and of wishes, padded with 0, ``table`` what two of them say. ``scale`` is
    the length of a vector, what shared letters are worth in hundredths, what equal codes say, and what
    letters add to that.
    """
    starts, features, weights = titles
    list_starts, list_wishes, list_weights = lists
    norm, share, same_code, room = scale
    sums, towards = np.empty(out.shape[1], np.int32), np.empty(table.shape[1], np.int16)
    for title in range(out.shape[0]):
        sums[:], towards[:] = 0, 0
        for at in range(starts[title], starts[title + 1]):
            for p in range(list_starts[features[at]], list_starts[features[at] + 1]):
                sums[list_wishes[p]] += weights[at] * list_weights[p]
        for code in codes[0][title]:
            towards[:] = np.maximum(towards, table[code])
        for wish in range(out.shape[1]):
            shared, said = np.int64(sums[wish]) // norm, np.int64(0)
            for code in codes[1][wish]:
                said = max(said, np.int64(towards[code]))
            if said == same_code:
                out[title, wish] = said + room * shared // norm
            else:
                out[title, wish] = said + (norm - said) * shared * share // (100 * norm)
