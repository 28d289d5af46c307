"""Fit the model of titles that ships with the vocabulary: ``python -m benchmarks.teach_titles`` (``make
title-model``) after a change of titles, trade words, postings or title vectors, or of what reads them."""

from matching.text.postings import MODEL, PostingModel
from matching.vocabulary import postings

if __name__ == "__main__":
    PostingModel.fit(postings()).save(MODEL)
