"""The studio's HTTP interface, one file of routes a page."""
