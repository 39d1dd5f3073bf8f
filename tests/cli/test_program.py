"""The list of commands says what each command says of itself."""

from nuchal.cli.program import COMMANDS, command


def test_lines_are_those_of_the_commands() -> None:
    own = {name: str(command(name).help).partition("\n\n")[0] for name in COMMANDS}
    assert {name: " ".join(said.split()) for name, said in own.items()} == dict(COMMANDS)
