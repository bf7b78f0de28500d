"""The policy of the demonstration's post, and the made-up levels of risk that it uses. Data only."""
