"""Solid shapes: meshes with normals and textures, written as GLB; loaded when the first one is asked for."""
