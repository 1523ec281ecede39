"""Papers out: what offices file, sign and publish."""
