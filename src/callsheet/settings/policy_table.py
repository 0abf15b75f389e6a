"""What every table of policy.toml is built on."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the policy file: no unknown keys, and no guessing of types."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, hide_input_in_errors=True, str_strip_whitespace=True
    )
