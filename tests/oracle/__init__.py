"""A second evaluator, written from the documents, that the library is compared with."""
