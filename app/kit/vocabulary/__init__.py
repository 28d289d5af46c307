"""Words whose occupation people said (车工, 普工): kept, read, withdrawn; the search for an occupation."""
