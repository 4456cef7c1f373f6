"""What the contract declares, and every other way in which a server may send it."""
