"""The words in which a model is written: quantities, layers, and the model that wires them."""
