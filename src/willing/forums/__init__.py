"""Forums: decision rules, mandate routes, who can open them and who can block them."""
