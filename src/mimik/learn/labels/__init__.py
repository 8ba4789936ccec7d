"""Labels not to be trusted: frames before and after the effort, trials that show something else."""
