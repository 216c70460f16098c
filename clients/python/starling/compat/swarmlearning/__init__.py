"""For scripts that were written for the ``swarmlearning`` client: change the import, and keep the rest."""
