"""What reviewers want to know of two DVC revisions, as one page of Markdown."""
