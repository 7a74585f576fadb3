"""The standard model: its layers, its numbers for people, and how plans become its inputs."""
