"""One file a law. The laws hold for every rulebook and every record that the strategies can make."""
