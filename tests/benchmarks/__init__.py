"""Measurements for `make bench`: what the main job costs in requests, CPU and memory. Prints; asserts nothing."""
