"""What one cell of any sheet says: amounts, dates, people. The whole cell is understood, or it is refused."""
