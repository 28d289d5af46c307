"""Words of clerks and enterprises for trades, and the search for an occupation."""
