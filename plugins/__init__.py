"""Vertical slices. Each folder is one plugin; plugins never import each other."""
