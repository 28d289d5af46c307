"""Tables in CSV and Parquet, and the commands over them."""
