"""The same equations for other tools: Python source, JAX, SBML, LaTeX."""
