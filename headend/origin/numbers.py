"""Numbers in paths: `{channel:number}`, whole and of no more than 18 digits.

Starlette's own `int` takes any length, and Python refuses to read thousands of digits.
"""

from starlette.convertors import Convertor, register_url_convertor


class _Number(Convertor[int]):
    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


def know_numbers() -> None:
    """Makes the kind known to Starlette, before any route names it."""
    register_url_convertor("number", _Number())
