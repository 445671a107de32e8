"""Copies and versions of articles: are they known as one story, and nothing else?"""
