"""Words of explanation beside quoted ones: whom a pronoun means, and what day "yesterday" was."""
