"""What runs while a notebook goes on: cells that are machines' sources, the deployments they change, the monitor."""
