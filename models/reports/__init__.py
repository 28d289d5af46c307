"""What is reported and assessed: definitions of figures, figures told with a document, reports."""
