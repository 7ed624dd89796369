"""Reading: from text to candidate statements, each grounded in a span."""
