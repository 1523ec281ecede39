"""Text to forms: outline first, then clause by clause, points amounts as anchors. Nothing here knows a rule's meaning."""
