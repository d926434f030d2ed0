"""Floor 2: signs of life. Clock and sender say that they run; everyone can see when they stop."""
