"""What is done to many rows of a list at once: chosen over pages, looked at before, taken back.

A list says what can be done to many of its rows (:class:`app.kit.bulk.acts.Many`); choosing, looking, doing
and taking back are the same for all.
"""
