"""Force: requirement, pledges, package, gap, cost."""
