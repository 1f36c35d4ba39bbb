"""Reading at scale: many pictures, on all cores or a cluster, into Parquet, each exactly once, whatever is killed."""
