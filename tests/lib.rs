//! The tests of the whole program: one binary, so that it is linked once.
