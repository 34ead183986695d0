"""What a machine is written as: terms, their typed face with its operators, how they print, their cells."""
