"""Record: from statements to where each actor stands, at any date, with uncertainty."""
