"""Case: the nouns, and the case folder an analyst writes."""
