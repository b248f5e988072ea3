"""One file per engine; `robot.speech.registry` names them and imports them only when asked."""
