"""Networks that turn pictures into features, under the names that their published weights have."""
