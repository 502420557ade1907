"""What the program is called, by people and by shells."""

PROGRAM = "mipex-kg"
# The environment variable in which a shell's script says what it wants to complete.
COMPLETION = "_MIPEX_KG_COMPLETE"
