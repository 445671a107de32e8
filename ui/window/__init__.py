"""The chat window: what a visitor looks at, how it is drawn, and what each action does."""
