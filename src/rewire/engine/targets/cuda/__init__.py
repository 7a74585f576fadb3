"""The kernel for graphics processors: one person a thread, the same steps and the same chance (extra `rewire[gpu]`)."""
