"""Statistics every engine may use: a sampler, the plain logit, proper scores, resampling.

Not a room: it knows nothing of missions or states, so that engines need not import each other.
"""
