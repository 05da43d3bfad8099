"""The contract of every POST: nothing typed is lost. docs/decisions/012-posts-and-drafts.md."""
