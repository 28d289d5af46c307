"""Use cases of hukou rules: their versions, what a version would change, whom they let qualify."""
