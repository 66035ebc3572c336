"""Long work: bulk import, training and evaluation."""
