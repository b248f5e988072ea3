"""What the last words of an unfinished turn tell: whether they hang, are a bare answer, or end a value being named."""
