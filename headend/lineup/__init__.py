"""What the demo channels are: line-up, guide and logos, which fit together."""
