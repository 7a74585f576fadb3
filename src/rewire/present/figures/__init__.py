"""One figure family a file; each has a body to place inside larger figures and a function that frames it."""
