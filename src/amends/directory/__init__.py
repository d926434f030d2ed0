"""Floor 2: who is who. Accounts and their contacts; our members and teams; the actor of every act."""
