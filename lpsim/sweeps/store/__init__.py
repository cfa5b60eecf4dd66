"""The results of a sweep on disk: shards of rows, whole whatever happens, and questions to them."""
