"""How we do it here: one versioned, validated document, and what it says about an account in trouble."""
