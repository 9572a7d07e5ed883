"""The seed's diagrams of a layer: unrolled over time, and rolled up."""
