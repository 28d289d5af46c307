"""What goes wrong for people at work, who looks after the people of a factory, what finds it out early."""
