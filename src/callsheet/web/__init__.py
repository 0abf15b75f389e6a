"""HTTP of `callsheet run`: webhooks come in, health and status go out. Reads the store, acts only through run."""
