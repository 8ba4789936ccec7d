"""``mimik import``: recordings made by others become sessions of a study."""
