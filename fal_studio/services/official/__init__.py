"""fal's own clients, unmodified, in processes of their own: what people's programs experience, against what fal Studio does."""
