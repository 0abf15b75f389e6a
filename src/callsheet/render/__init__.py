"""Values to text: templates are run here and nowhere else."""
