"""Charts: pure functions from results to Altair charts; one code for page, notebook and report."""
