"""Page → article: extraction, folding, sentences, furniture, walls, bylines, sites and languages."""
