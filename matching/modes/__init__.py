"""How do two places fit each other, mode by mode?"""
