"""Is a statement borne out by the words it cites?"""
