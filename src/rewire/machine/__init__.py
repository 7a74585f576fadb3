"""Plain arithmetic on many people at once, as machine code of this computer's processor."""
