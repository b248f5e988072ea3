"""A script edited piece by piece: JSON operations on its YAML that leave comments and order alone, the script as a
graph for a canvas, the difference of two versions, two people's edits put together. Pure; the text is the only state.

    text = edited(text, [SetAnswer(op="set_answer", phrase="greeting", intent="no", target="callback")])
    canvas = canvas_of(text)
"""
