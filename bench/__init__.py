"""Measurements that take minutes; each writes build/reports/<verb>.json."""
