"""Who carries out what the engine is asked to do, within the writer's transaction."""
