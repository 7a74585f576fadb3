"""The workbench in the browser: the same studies over HTTP, from this machine unless told otherwise."""
